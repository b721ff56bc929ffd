/* The page around everything speaks the reader's language, which the address of this script tells: `?lang=en`. */
document.documentElement.lang = new URL(document.currentScript.src).searchParams.get("lang");
