/* What a row opened comes into view where it is not: on a phone it stands elsewhere than the row. `?block=` names it. */
(() => {
  const block = new URL(document.currentScript.src).searchParams.get("block");
  const top = document.querySelector(`.st-key-${block}`).getBoundingClientRect().top;
  if (top < 0 || top > window.innerHeight / 2) document.querySelector(`.st-key-${block}`).scrollIntoView();
})();
