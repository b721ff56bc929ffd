-- Which cases a finding is about, and what each source promises and has delivered.

-- one row a case that a finding of a batch is about, at most 10,000 a batch and rule; the finding keeps the count
create table finding_case (
    batch_id bigint not null,
    rule varchar not null,
    case_id bigint not null
);

-- one row a source and batch that brought rows of it, unchanged ones included
create table batch_source (
    batch_id bigint not null,
    source varchar not null,
    rows bigint not null
);

-- one row a source that promises to deliver every so many hours
create table source_promise (
    source varchar not null,
    every_hours integer not null,
    note varchar
);

-- one row a source: data_end is the latest time in its cases that is not in the future, delivered_at when its last
-- batch that stands was imported; kept by every import and undo of cases
create table source_end (
    source varchar not null,
    data_end timestamp,
    delivered_at timestamp
);

insert into subject_version values ('imports', 0);

insert into batch_source
select batch_id, source, count(*) from cases group by batch_id, source order by batch_id, source;

insert into source_end
select told.source, told.data_end, delivered.delivered_at
from (
    select source, max(t) as data_end
    from (
        select source, unnest([reported_at, registered_at, dispatched_at, contacted_at, handled_at, closed_at, updated_at])
            as t
        from cases
    )
    where t <= (select data_end from city)
    group by source
) as told
left join (
    select s.source, max(b.finished_at) as delivered_at
    from batch_source as s join import_batch as b using (batch_id)
    where b.undone_at is null
    group by s.source
) as delivered using (source)
order by told.source;

-- a case id reaches only who may see the case; an id whose case is gone reaches nobody
create view visible_finding_case as
select f.batch_id, f.rule, f.case_id
from finding_case as f
where f.case_id in (select c.case_id from visible_case as c);

create view visible_batch_source as
select * from batch_source where coalesce(getvariable('sees_everything'), false);

-- how late a source is, is for everybody: judged by one community's few cases it would be wrong
create view visible_source_promise as
select * from source_promise where getvariable('actor_login') is not null;

create view visible_source_end as
select * from source_end where getvariable('actor_login') is not null;
