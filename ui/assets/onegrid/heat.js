/*
 * The heat layer: pictures of a density, one for the whole period and one for each frame of time, with a bar
 * below the map that moves through them and chooses the bandwidth.
 *
 * Pictures come with the layer's content and are computed from the data only: neither zooming nor playing asks
 * the server for anything. Nothing plays by itself, so a reader who wants no motion sees none. The bar outlives
 * reruns like the rest of the scene; all text is set with textContent.
 */
(function () {
  "use strict";

  const PANE = "og-heat";
  const OPACITY = 0.75;
  const STEP_MS = 900;
  const WHOLE = 0; // the slider's first position; frame n is position n

  class Heat {
    /* `tools`: element, grouped and legendRow of the scene, changed() when another picture
       shows, choose(bandwidth), failed() when a picture cannot be shown. */
    constructor(map, tools) {
      this.map = map;
      this.tools = tools;
      this.key = null; // what the payload tells while the layer is on
      this.content = null;
      this.group = null;
      this.position = WHOLE;
      const pane = map.createPane(PANE);
      pane.style.zIndex = 390; // below the areas, whose outlines and points stay crisp above it
      pane.style.pointerEvents = "none";
      this.buildBar();
    }

    get active() {
      return Boolean(this.key && this.content && this.map.hasLayer(this.group));
    }

    /* How much of the map's lower edge the bar takes, in pixels. */
    get height() {
      return this.bar.offsetHeight;
    }

    /* The legend of the whole period or of its frames; colours as pale as they are on the map. */
    legendRows() {
      const { element, legendRow } = this.tools;
      const legend = this.position === WHOLE ? this.key.whole : this.key.frames;
      return [
        element("div", "og-legend-title", this.key.heading),
        element("div", "og-legend-note", legend.unit),
        ...legend.labels.map((label, index) => legendRow(legend.colors[index], label, OPACITY)),
        ...this.key.notes.map((note) => element("div", "og-legend-note", note)),
      ];
    }

    /* ---------- the bar ---------- */

    buildBar() {
      const { element } = this.tools;
      this.bar = element("div", "og-heat-bar");
      this.bar.setAttribute("role", "group");
      this.button = element("button", "og-heat-play");
      this.button.type = "button";
      this.slider = element("input", "og-heat-slider");
      this.slider.type = "range";
      this.slider.min = String(WHOLE);
      this.told = element("span", "og-heat-told");
      this.choice = element("select", "og-heat-bandwidth");
      this.choiceName = element("span", "");
      const chosen = element("label", "og-heat-choice");
      chosen.append(this.choiceName, this.choice);
      this.time = element("div", "og-heat-time");
      this.time.append(this.button, this.slider);
      this.bar.append(this.time, this.told, chosen);
      this.bar.hidden = true;
      this.map.getContainer().append(this.bar);
      L.DomEvent.disableClickPropagation(this.bar);
      L.DomEvent.disableScrollPropagation(this.bar);
      this.button.addEventListener("click", () => (this.timer ? this.pause() : this.play()));
      this.slider.addEventListener("input", () => {
        this.pause();
        this.show(Number(this.slider.value));
      });
      this.choice.addEventListener("change", () => this.tools.choose(this.choice.value));
    }

    /* Take what a rerun tells: `key` is null while the layer is off. */
    tell(key) {
      this.key = key;
      if (!key) return;
      this.bar.setAttribute("aria-label", key.text.bar);
      this.slider.setAttribute("aria-label", key.text.slider);
      this.choiceName.textContent = key.text.bandwidth;
      this.choice.replaceChildren(...key.bandwidths.map(([value, label]) => {
        const option = this.tools.element("option", "", label);
        option.value = value;
        return option;
      }));
      this.choice.value = key.bandwidth;
    }

    /* Show or hide the bar, and say in it where the slider stands. */
    refresh() {
      const shown = this.active;
      if (!shown) this.pause();
      this.bar.hidden = !shown;
      this.map.getContainer().classList.toggle("og-heat-on", shown);
      if (!shown) return;
      const { frames, whole } = this.content;
      const { text } = this.key;
      this.time.hidden = frames.length < 2;
      this.slider.max = String(frames.length);
      this.slider.value = String(this.position);
      const picture = this.position === WHOLE ? whole : frames[this.position - 1];
      const label = this.position === WHOLE ? text.whole : picture.label;
      this.told.textContent = `${label} · ${text.cases.replace("{n}", this.tools.grouped(picture.cases, 0))}`;
      this.slider.setAttribute("aria-valuetext", this.told.textContent);
      this.button.setAttribute("aria-label", this.timer ? text.pause : text.play);
      this.button.title = this.timer ? text.pause : text.play;
      this.button.classList.toggle("og-heat-playing", Boolean(this.timer));
    }

    /* ---------- pictures ---------- */

    /* Take a layer's content; the slider stays at its frame where the new content has it too. */
    fill(group, content) {
      const label = this.position === WHOLE ? null : this.content.frames[this.position - 1].label;
      this.pause();
      this.group = group;
      this.content = content;
      this.overlay = L.imageOverlay(L.Util.emptyImageUrl, content.bounds, {
        pane: PANE, opacity: 0, interactive: false, className: "og-heat-image",
      });
      group.addLayer(this.overlay);
      this.show(label === null ? WHOLE : content.frames.findIndex((frame) => frame.label === label) + 1);
    }

    show(position) {
      this.position = position;
      const { png } = position === WHOLE ? this.content.whole : this.content.frames[position - 1];
      this.draw(this.overlay, png);
      this.refresh();
      this.tools.changed();
    }

    /* A picture is decoded before it takes the place of the last one, which would blink otherwise. */
    draw(overlay, png) {
      this.wanted = png;
      if (!png) {
        overlay.setOpacity(0);
        this.drawn = Promise.resolve();
        return;
      }
      const image = new Image();
      image.src = png;
      this.drawn = image.decode().then(() => {
        if (this.wanted !== png || this.overlay !== overlay) return; // another one has been asked for
        overlay.setUrl(png);
        overlay.setOpacity(OPACITY);
      }).catch(() => this.tools.failed());
    }

    /* ---------- playing ---------- */

    play() {
      if (!this.active) return;
      this.timer = setInterval(() => this.advance(this.position + 1), STEP_MS);
      this.advance(this.position >= this.content.frames.length ? 1 : this.position + 1);
    }

    /* The last frame ends the playing. */
    advance(position) {
      this.show(position);
      if (position >= this.content.frames.length) this.pause();
    }

    pause() {
      if (!this.timer) return;
      clearInterval(this.timer);
      this.timer = null;
      this.refresh();
    }
  }

  L.OneGridHeat = Heat;
})();
