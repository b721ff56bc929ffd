"""Files whose columns already have our names: they need no mapping."""

from pathlib import Path

from data.ingest.mapping_columns import Strict
from data.ingest.tables import open_table
from domain.errors import InputRefused
from domain.i18n import _


def own_columns(
    path: Path, model: type[Strict], needed: set[str], *one_of: tuple[set[str], ...]
) -> dict[str, str]:
    """The columns of a file that already have our names, as a mapping's [….columns].

    Args:
        path: A table, or a zip with one.
        model: The columns that a section of this kind knows.
        needed: Those that the file must have.
        one_of: Groups of which one must be there whole; where none is, what each lacks is said.

    Raises:
        InputRefused: The file lacks names that are needed.
    """
    header = open_table(path).columns
    columns = {name: name for name in model.model_fields if name in header}
    missing = sorted(needed - columns.keys())
    for groups in one_of:
        if not any(group <= columns.keys() for group in groups):
            missing.append(_(" 或 ").join("+".join(sorted(group - columns.keys())) for group in groups))
    if missing:
        raise InputRefused(
            _("文件没有用约定的列名（缺 {missing}）。文件的列有：{columns}").format(
                missing="、".join(missing), columns="、".join(header)
            ),
            remedy=_("请用 --mapping 说明各列的含义。"),
        )
    return columns
