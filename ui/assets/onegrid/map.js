/*
 * The map's own layer: polygons are fetched once by a content-named URL and painted from the values of each
 * rerun, so that a rerun sends figures and never geometry.
 *
 * streamlit-folium throws away and re-evaluates its feature group on every rerun. L.oneGrid is therefore
 * only a messenger: adding it hands its payload to the one Scene of the map, which keeps what it has drawn
 * and changes what differs. Removing it does nothing. All text is set with textContent, never as HTML.
 */
(function () {
  "use strict";

  const GREY = "#9AA5B4";
  const NO_DATA = "#E8EBF0";
  const HEAT_BORDER = "#8A95A5"; // of areas without a fill, above the heat
  const MINOR_ROADS_FROM_ZOOM = 12.5;
  const WIDE_ENOUGH = 560; // pixels: below it the layers are folded and nothing is kept clear for the legend
  const LEGEND_FITS = 440; // pixels: below it the legend would cover half of the map, and begins folded
  const LEGEND_WIDTH = 180;
  const MARGIN = 16;
  const CANVAS_MARGIN = 0.12; // of the map's size, drawn beyond each edge: every canvas pays for it at each repaint

  /* ---------- small helpers ---------- */

  function element(tag, className, text) {
    const node = document.createElement(tag);
    node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  }

  function grouped(value, decimals) {
    return value.toLocaleString("en-US", {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    });
  }

  /* Without its styles a map looks like a list of links. A sheet that does not come keeps nothing away. */
  function styled() {
    const waiting = [...document.querySelectorAll("link[rel=stylesheet]")].filter((link) => !link.sheet);
    return Promise.all(waiting.map((link) => new Promise((done) => {
      link.addEventListener("load", done, { once: true });
      link.addEventListener("error", done, { once: true });
    })));
  }

  /* A canvas that can hatch a polygon: "no data" must not look like a low value. */
  const HatchCanvas = L.Canvas.extend({
    _fillStroke: function (ctx, layer) {
      L.Canvas.prototype._fillStroke.call(this, ctx, layer);
      if (!layer.options.hatch) return;
      ctx.save();
      ctx.fillStyle = this._hatch || (this._hatch = hatchPattern(ctx));
      ctx.fill("evenodd");
      ctx.restore();
    },
  });

  function hatchPattern(ctx) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    const pen = tile.getContext("2d");
    pen.strokeStyle = GREY;
    pen.lineWidth = 1;
    pen.beginPath();
    pen.moveTo(-2, 10);
    pen.lineTo(10, -2);
    pen.moveTo(-2, 2);
    pen.lineTo(2, -2);
    pen.moveTo(6, 10);
    pen.lineTo(10, 6);
    pen.stroke();
    return ctx.createPattern(tile, "repeat");
  }

  /* ---------- the scene: everything that outlives a rerun ---------- */

  class Scene {
    constructor(map) {
      this.map = map;
      this.messenger = null;
      this.payload = null;
      this.clicks = 0;
      this.overlays = new Map(); // id → {group, digest}
      this.areas = { digest: null, group: null, paths: [] };
      this.outline = { digest: null, group: null };
      this.labels = L.layerGroup().addTo(map);
      this.switching = false;
      this.createPanes();
      this.createControls();
      this.heat = new L.OneGridHeat(map, {
        element, grouped, legendRow,
        changed: () => this.drawLegend(),
        choose: (bandwidth) => this.send({ kind: "bandwidth", code: bandwidth }),
        failed: () => this.tell(this.payload.text.failed),
      });
      map.on("click", (e) => this.pick(e.latlng));
      map.on("zoomend moveend", () => this.placeLabels());
      map.on("zoomend", () => this.showMinorRoads());
      map.on("overlayadd overlayremove", () => this.onSwitch());
      map.on("movestart zoomstart", () => { if (!this.fitting) this.movedByReader = true; });
      map.on("moveend", () => this.lead());
      this.company = new BroadcastChannel("onegrid-map-view");
      this.company.onmessage = ({ data }) => this.follow(data);
      // The style sheet that gives the map its height may load after the map is made, and a window may
      // change: stay fitted until the reader has chosen a view.
      new ResizeObserver(() => map.invalidateSize({ pan: false })).observe(map.getContainer());
      map.on("resize", () => {
        this.foldSwitcher();
        if (this.payload && !this.movedByReader) this.fit(true);
        this.placeLabels();
        this.showLegend();
      });
    }

    createPanes() {
      // Canvases above each other would swallow the pointer: only one of them listens.
      const passive = { lines: 410, outline: 420, labels: 610 };
      this.renderers = {};
      for (const [name, zIndex] of Object.entries(passive)) {
        const pane = this.map.createPane("og-" + name);
        pane.style.zIndex = zIndex;
        pane.style.pointerEvents = "none";
        this.renderers[name] = L.canvas({ pane: "og-" + name, padding: CANVAS_MARGIN });
      }
      this.renderers.active = new HatchCanvas({ padding: CANVAS_MARGIN });
    }

    createControls() {
      L.control.scale({ imperial: false, position: "bottomright" }).addTo(this.map);
      this.switcher = L.control.layers(null, null, { position: "topright" });
      this.foldSwitcher();
      this.createLegend();
      this.notice = L.control({ position: "topleft" });
      this.notice.onAdd = () => element("div", "og-notice");
      this.notice.addTo(this.map);
      this.tip = L.tooltip({ sticky: true, className: "og-tip", direction: "auto", opacity: 1 });
      this.card = L.popup({ className: "og-card", maxWidth: 320, minWidth: 180 });
      this.map.on("popupopen move moveend resize", () => this.giveWay(this.card.getElement()));
      this.map.on("popupclose", () => this.giveWay(null)); // the card is still in the map then
    }

    /* What the colours mean, and a button that folds it away from what it covers. */
    createLegend() {
      this.legendBody = element("div", "og-legend-body");
      this.legendButton = element("button", "og-legend-fold");
      this.legendButton.type = "button";
      this.legendButton.addEventListener("click", () => this.foldLegend(!this.legendIsFolded()));
      this.legend = L.control({ position: "bottomleft" });
      this.legend.onAdd = () => {
        const box = element("div", "og-legend");
        box.append(this.legendBody, this.legendButton);
        L.DomEvent.disableClickPropagation(box); // a click on it is no spot on the map
        L.DomEvent.disableScrollPropagation(box);
        return box;
      };
      this.legend.addTo(this.map);
    }

    /* As the reader left it; until then folded where the map is narrow. */
    legendIsFolded() {
      return this.legendChoice ?? this.map.getSize().x < LEGEND_FITS;
    }

    foldLegend(folded) {
      this.legendChoice = folded;
      this.showLegend();
    }

    showLegend() {
      const folded = this.legendIsFolded();
      this.legend.getContainer().classList.toggle("og-folded", folded);
      this.legendBody.hidden = folded;
      this.legendButton.setAttribute("aria-expanded", String(!folded));
      this.reachLegend();
    }

    isWide() {
      return this.map.getSize().x >= WIDE_ENOUGH;
    }

    /* Folded on a narrow map only; the frame may get its width after the map is made. */
    foldSwitcher() {
      const { switcher, map } = this;
      if (switcher.getContainer() && switcher.options.collapsed === !this.isWide()) return;
      switcher.options.collapsed = !this.isWide();
      map.off("click", switcher.collapse, switcher); // Leaflet forgets this one
      switcher.remove().addTo(map);
      if (this.payload) this.nameControls();
    }

    async apply(payload, messenger) {
      this.messenger = messenger;
      this.payload = payload;
      this.painted = false; // what tests and screenshots wait for
      this.tell("");
      this.nameFrame();
      this.nameControls();
      this.heat.tell(payload.layers.find((layer) => layer.on && layer.heat)?.heat ?? null);
      this.drawLegend();
      await Promise.all([styled(), this.applyAreas(), this.applyOutline(), ...this.applyOverlays()]);
      if (this.payload !== payload) return; // a later rerun paints
      this.heat.refresh();
      this.fit(false); // now, so that what is drawn moves once and not twice
      this.paint();
      await this.heat.drawn;
      if (this.payload !== payload) return;
      this.painted = true;
    }

    /* The frame speaks the reader's language as the page around it does, and a screen reader is told what it is. */
    nameFrame() {
      const frame = window.frameElement;
      if (!frame) return;
      frame.setAttribute("aria-label", this.payload.text.map);
      document.documentElement.lang = this.payload.language === "zh" ? "zh-CN" : this.payload.language;
    }

    /* Leaflet knows its controls by English names only. */
    nameControls() {
      const { text } = this.payload;
      const names = { "zoom-in": text.zoomIn, "zoom-out": text.zoomOut, "layers-toggle": text.layers };
      for (const [control, name] of Object.entries(names)) {
        const link = this.map.getContainer().querySelector(`.leaflet-control-${control}`);
        link.title = name;
        link.setAttribute("aria-label", name);
      }
    }

    /* Layers are told apart by content, not by URL: signatures change, content does not. */
    async fetchLayer(source) {
      const response = await fetch(source.url, { credentials: "same-origin" });
      if (!response.ok) throw new Error(String(response.status));
      return response.json();
    }

    /* Fill a slot with a layer unless it holds it; a layer that is on its way is waited for, not asked twice. */
    load(slot, source, build) {
      if (slot.digest === source.digest) {
        slot.loading = null;
        return Promise.resolve();
      }
      if (!slot.loading || slot.loading.digest !== source.digest) {
        const loading = { digest: source.digest };
        loading.done = this.fetchLayer(source)
          .then((content) => {
            if (slot.loading !== loading) return; // a later rerun asked for something else
            build(content);
            slot.digest = source.digest;
          })
          .catch(() => this.tell(this.payload.text.failed))
          .finally(() => { if (slot.loading === loading) slot.loading = null; });
        slot.loading = loading;
      }
      return slot.loading.done;
    }

    /* ---------- areas ---------- */

    applyAreas() {
      return this.load(this.areas, this.payload.areas, (content) => {
        const group = L.geoJSON(content, {
          renderer: this.renderers.active,
          style: { weight: 1, color: "#FFFFFF", fillOpacity: this.payload.opacity },
          onEachFeature: (feature, path) => this.prepareArea(feature, path),
        });
        if (this.areas.group) this.map.removeLayer(this.areas.group);
        this.map.closePopup();
        this.areas.group = group.addTo(this.map);
        this.areas.paths = group.getLayers();
        this.raiseOverlays();
      });
    }

    prepareArea(feature, path) {
      path.on("click", () => {
        if (this.payload.picking) return; // the click goes on to the map
        this.send({ kind: "area", code: feature.properties.code });
      });
      path.on("mouseover", () => {
        path.setStyle({ weight: 3, color: "#1A2330" });
        path.bringToFront();
        this.raiseOverlays();
      });
      path.on("mouseout", () => {
        path.setStyle(this.border(feature.properties.code));
        this.map.closeTooltip(this.tip);
      });
      path.on("mousemove", (e) => this.showTip(e.latlng, feature.properties.name, path.ogText));
      // streamlit-folium asks a clicked layer for its GeoJSON: the geometry need not travel back.
      path.toGeoJSON = () => this.reply;
    }

    border(code) {
      return code === this.payload.selected
        ? { weight: 3, color: "#1A2330" }
        : { weight: this.areas.paths.length > 1500 ? 0.5 : 1, color: this.heat.active ? HEAT_BORDER : "#FFFFFF" };
    }

    paint() {
      const { scale, areas } = this.payload;
      if (this.areas.digest !== areas.digest) return;
      const own = areas.own && new Set(areas.own);
      this.areas.paths.forEach((path, index) => {
        const value = areas.values[index];
        const known = value !== null && value !== undefined;
        const foreign = own && !own.has(index);
        const color = known ? scale.colors[classOf(value, scale.breaks)] : NO_DATA;
        // Two colourings on one ground cannot be read: under the heat areas are outlines, and tell their value
        // when they are pointed at. What the reader may not see is hatched, so that it looks like no lack of cases.
        path.setStyle({
          fillColor: color,
          fillOpacity: this.heat.active ? 0 : this.payload.opacity,
          hatch: this.heat.active ? foreign : !known && !this.payload.plain,
          ...this.border(path.feature.properties.code),
        });
        path.ogText = known
          ? `${scale.title} ${grouped(value, scale.decimals)} ${scale.unit}`.trim()
          : foreign ? this.payload.text.foreign : this.payload.plain ? "" : scale.nodata;
      });
      this.placeLabels();
    }

    applyOutline() {
      const source = this.payload.outline;
      if (!source) return undefined;
      return this.load(this.outline, source, (content) => {
        if (this.outline.group) this.map.removeLayer(this.outline.group);
        this.outline.group = L.geoJSON(content, {
          renderer: this.renderers.outline,
          interactive: false,
          style: { fill: false, weight: 1.5, color: "#5B6776", opacity: 0.9 },
        }).addTo(this.map);
      });
    }

    /* Names of areas where they fit without covering each other; a few among many would only puzzle. */
    placeLabels() {
      this.labels.clearLayers();
      const paths = this.areas.paths;
      if (paths.length && !paths[0].options.fillColor) return; // not painted yet
      const markers = paths.length > 900 ? [] : this.fittingLabels(paths);
      if (markers.seen && markers.length >= markers.seen / 4) {
        markers.forEach((marker) => this.labels.addLayer(marker));
      }
    }

    fittingLabels(paths) {
      const markers = [];
      markers.seen = 0;
      const size = this.map.getSize();
      const taken = this.clusterBoxes();
      for (const path of paths) {
        const name = path.feature.properties.name;
        const box = path.getBounds();
        const width = name.length * 13 + 8;
        const span = this.map.latLngToContainerPoint(box.getNorthEast()).x
          - this.map.latLngToContainerPoint(box.getSouthWest()).x;
        const center = path.ogCenter || (path.ogCenter = labelPoint(path, box));
        const at = this.map.latLngToContainerPoint(center);
        if (at.x < 0 || at.y < 0 || at.x > size.x || at.y > size.y) continue;
        markers.seen += 1;
        if (span < width) continue;
        const rect = [at.x - width / 2, at.y - 9, at.x + width / 2, at.y + 9];
        if (taken.some((t) => rect[0] < t[2] && rect[2] > t[0] && rect[1] < t[3] && rect[3] > t[1])) continue;
        taken.push(rect);
        const light = !this.heat.active && isDark(path.options.fillColor);
        const className = light ? "og-label og-label-light" : "og-label";
        const icon = L.divIcon({ className, html: element("span", "", name), iconSize: [0, 0] });
        markers.push(L.marker(center, { icon, interactive: false, keyboard: false, pane: "og-labels" }));
      }
      return markers;
    }

    /* Where numbers of clustered cases stand: a name across them could not be read, nor could they. */
    clusterBoxes() {
      const origin = this.map.getContainer().getBoundingClientRect();
      return [...this.map.getContainer().querySelectorAll(".og-cluster")].map((icon) => {
        const box = icon.getBoundingClientRect();
        return [box.left - origin.left, box.top - origin.top, box.right - origin.left, box.bottom - origin.top];
      });
    }

    /* ---------- switchable layers ---------- */

    applyOverlays() {
      const loads = [];
      this.switching = true;
      for (const layer of this.payload.layers) {
        let overlay = this.overlays.get(layer.id);
        if (!overlay) {
          overlay = { group: L.layerGroup(), digest: null };
          this.overlays.set(layer.id, overlay);
        }
        if (layer.on !== this.map.hasLayer(overlay.group)) {
          if (layer.on) overlay.group.addTo(this.map);
          else this.map.removeLayer(overlay.group);
        }
        if (layer.on && layer.url) {
          loads.push(this.load(overlay, layer, (content) => this.fill(overlay, layer, content)));
        }
      }
      this.nameLayers();
      this.switching = false;
      return loads;
    }

    /* The switch lists layers in their order; another language is another list. */
    nameLayers() {
      const { layers } = this.payload;
      const names = layers.map((layer) => layer.name).join("\n");
      if (names === this.layerNames) return;
      this.layerNames = names;
      this.overlays.forEach((overlay) => this.switcher.removeLayer(overlay.group));
      layers.forEach((layer) => {
        this.switcher.addOverlay(this.overlays.get(layer.id).group, escapeHtml(layer.name));
      });
    }

    /* On one canvas the last drawn lies on top: points above shapes above areas, so that each can be hit. */
    raiseOverlays() {
      for (const kind of ["shapes", "points"]) {
        this.overlays.forEach((overlay) => overlay.kind === kind && overlay.raise());
      }
    }

    fill(overlay, layer, content) {
      overlay.group.clearLayers();
      overlay.kind = layer.kind;
      if (layer.kind === "lines") {
        overlay.group.addLayer(this.lines(content));
        this.showMinorRoads();
      } else if (layer.kind === "heat") this.heat.fill(overlay.group, content);
      else if (layer.kind === "shapes") this.fillShapes(overlay, layer, content);
      else this.fillPoints(overlay, layer, content);
      this.raiseOverlays();
    }

    lines(content) {
      const styles = {
        water: { color: "#7FB2D9", weight: 3, fillColor: "#A9CDE8", fillOpacity: 0.9, pane: "lines" },
        rail: { color: "#5B6776", weight: 1.2, dashArray: "6 4", fill: false, pane: "lines" },
        road: { color: "#7C8798", weight: 1, fill: false, pane: "lines" },
      };
      const group = L.layerGroup();
      group.ogMinor = this.lineGroup(content, styles, (properties) => isMinor(properties));
      group.addLayer(this.lineGroup(content, styles, (properties) => !isMinor(properties)));
      this.minorRoads = group;
      return group;
    }

    lineGroup(content, styles, wanted) {
      return L.layerGroup(Object.keys(styles).map((kind) => {
        const base = styles[kind];
        return L.geoJSON(content, {
          filter: ({ properties }) => properties.kind === kind && wanted(properties),
          renderer: this.renderers[base.pane],
          interactive: false,
          style: ({ properties, geometry }) => ({
            ...base,
            weight: base.weight * (kind === "road" ? Math.max(0.8, 3.2 - 0.8 * properties.rank) : 1),
            fill: kind === "water" && geometry.type.endsWith("Polygon"),
          }),
        });
      }));
    }

    /* Streets of a whole city at once are a grey blot: they appear when the reader comes near. */
    showMinorRoads() {
      const group = this.minorRoads;
      if (!group) return;
      if (this.map.getZoom() >= MINOR_ROADS_FROM_ZOOM) group.addLayer(group.ogMinor);
      else group.removeLayer(group.ogMinor);
    }

    fillShapes(overlay, layer, content) {
      const group = L.geoJSON(content, {
        renderer: this.renderers.active,
        style: ({ properties }) => {
          const { color } = classStyle(layer, properties.cls);
          if (layer.covers) return { weight: 1, color: "#FFFFFF", fillColor: color, fillOpacity: 0.95 };
          return { weight: 1, color, fillColor: color, fillOpacity: 0.4 };
        },
        pointToLayer: (_feature, at) => L.circleMarker(at, { radius: 4, renderer: this.renderers.active }),
        onEachFeature: ({ properties }, path) => {
          this.tellMore(path, layer.id, properties.name, properties.cls, () => properties.details);
        },
      });
      overlay.raise = () => this.map.hasLayer(group) && group.bringToFront();
      overlay.group.addLayer(group);
    }

    fillPoints(overlay, layer, content) {
      const markers = content.lon.map((lon, index) => this.point(layer, content, index, lon));
      const group = layer.cluster
        ? L.markerClusterGroup({
            showCoverageOnHover: false, maxClusterRadius: 44, disableClusteringAtZoom: 17,
            chunkedLoading: true, iconCreateFunction: clusterIcon,
          })
        : L.featureGroup();
      if (layer.cluster) {
        group.on("animationend", () => this.placeLabels());
        group.addLayers(markers);
      }
      else markers.forEach((marker) => group.addLayer(marker));
      overlay.raise = () => markers.forEach((marker) => marker._map && marker.bringToFront());
      overlay.group.addLayer(group);
    }

    point(layer, content, index, lon) {
      const style = classStyle(layer, content.cls[index]);
      const marker = L.circleMarker([content.lat[index], lon], {
        renderer: this.renderers.active, radius: layer.radius, weight: style.edge ? 2 : 1,
        color: style.edge || "#FFFFFF", fillColor: style.color, fillOpacity: 0.95,
      });
      this.tellMore(marker, layer.id, content.name[index], content.cls[index],
        () => content.details.map((column) => column[index]));
      return marker;
    }

    /* Hovering tells the name, a click the card. Labels are looked up then: the language may have changed. */
    tellMore(path, layerId, name, cls, details) {
      const current = () => this.payload.layers.find((layer) => layer.id === layerId);
      path.on("mousemove", (e) => this.showTip(e.latlng, name, classStyle(current(), cls).label));
      path.on("mouseout", () => this.map.closeTooltip(this.tip));
      path.on("click", (e) => {
        L.DomEvent.stopPropagation(e); // a point lies on an area: the click is for the point
        this.map.closeTooltip(this.tip);
        const layer = current();
        this.card.setLatLng(e.latlng).setContent(cardOf(layer, name, classStyle(layer, cls), details()));
        this.keepClear(this.card);
        this.card.openOn(this.map);
      });
    }

    /* Leaflet moves the map until a card is in view: the room beside the controls, where there is enough. */
    keepClear(card) {
      const room = this.map.getSize().x - card.options.maxWidth - 4 * MARGIN;
      const left = this.legend.getContainer().offsetWidth;
      const right = this.switcher.getContainer().offsetWidth;
      const wide = left + right <= room;
      card.options.autoPanPaddingTopLeft = L.point(wide ? left + 2 * MARGIN : MARGIN, MARGIN);
      card.options.autoPanPaddingBottomRight = L.point(wide ? right + 2 * MARGIN : MARGIN, MARGIN);
    }

    /* Controls lie above everything in the map: one that would cover an open card steps aside for it. */
    giveWay(card) {
      const open = card && this.map.hasLayer(this.card);
      for (const control of [this.legend, this.switcher]) {
        const box = control.getContainer();
        box.classList.toggle("og-aside", Boolean(open) && overlap(card, box));
      }
    }

    onSwitch() {
      this.heat.refresh();
      if (this.switching) return;
      const on = [];
      this.overlays.forEach((overlay, id) => { if (this.map.hasLayer(overlay.group)) on.push(id); });
      this.send({ kind: "layers", code: on.join(",") });
    }

    /* ---------- legend, tooltip, notices ---------- */

    drawLegend() {
      const { layers, text } = this.payload;
      const box = this.legendBody;
      const painted = this.payload.plain ? [] : this.choroplethRows();
      box.replaceChildren(...(this.heat.key ? this.heat.legendRows() : painted));
      for (const label of this.missing()) {
        const row = legendRow(NO_DATA, label);
        row.firstChild.classList.add("og-hatch");
        box.append(row);
      }
      for (const layer of layers.filter((item) => item.on && item.classes.length)) {
        box.append(element("div", "og-legend-title", layer.name));
        layer.classes.filter((item) => !item.quiet).forEach((item) => box.append(kindRow(layer, item, item.label)));
        if (layer.shown) box.append(element("div", "og-legend-note", layer.shown));
      }
      if (text.note && !this.heat.key) box.append(element("div", "og-legend-note", text.note));
      this.legend.getContainer().hidden = !box.hasChildNodes();
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", text.legend);
      this.legendButton.textContent = text.legend;
      this.showLegend();
    }

    /* A legend that is longer than its place is scrolled by keyboard too; one that is not is no stop on the way. */
    reachLegend() {
      const box = this.legendBody;
      if (box.scrollHeight > box.clientHeight) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }

    choroplethRows() {
      const { scale, opacity } = this.payload;
      const rows = scale.labels.map((label, index) => legendRow(scale.colors[index], label, opacity));
      return [element("div", "og-legend-title", scale.heading), ...rows];
    }

    /* Why areas have no value: nothing to compute it from, or not the reader's to see. */
    missing() {
      const { areas, scale, text } = this.payload;
      const own = areas.own && new Set(areas.own);
      const empty = !this.heat.key && !this.payload.plain
        && areas.values.some((value, index) => value === null && (!own || own.has(index)));
      return [...(empty ? [scale.nodata] : []), ...(own ? [text.foreign] : [])];
    }

    showTip(at, name, text) {
      const content = element("div", "");
      content.append(element("b", "", name), element("div", "", text || ""));
      this.tip.setContent(content).setLatLng(at);
      if (!this.map.hasLayer(this.tip)) this.tip.addTo(this.map);
    }

    tell(text) {
      const box = this.notice.getContainer();
      box.textContent = text;
      box.hidden = !text;
    }

    /* ---------- view and answers ---------- */

    fit(force) {
      const { view } = this.payload;
      const key = JSON.stringify(view);
      if (!force && this.viewKey === key) return;
      this.viewKey = key;
      this.fitting = true;
      if (!force) this.map.invalidateSize({ pan: false });
      this.map.fitBounds(view.bounds, {
        paddingTopLeft: [this.isWide() && !this.legendIsFolded() ? LEGEND_WIDTH : MARGIN, MARGIN],
        paddingBottomRight: [MARGIN, MARGIN + this.heat.height],
        animate: false,
      });
      this.fitting = false;
      this.movedByReader = false;
    }

    /* Maps that are compared show the same place: what the reader does to one, the others of the page do too. */
    lead() {
      if (!this.payload || !this.payload.together || this.fitting || this.following) return;
      const { lat, lng } = this.map.getCenter();
      this.company.postMessage({ page: pageOf(window), center: [lat, lng], zoom: this.map.getZoom() });
    }

    follow({ page, center, zoom }) {
      if (!this.payload || !this.payload.together || page !== pageOf(window)) return;
      this.following = true;
      this.map.setView(center, zoom, { animate: false });
      this.following = false;
    }

    /* A fresh number with every click: clicking the same area twice is two events. */
    pick({ lng, lat }) {
      if (this.payload?.picking) this.send({ kind: "spot", code: `${lng.toFixed(5)},${lat.toFixed(5)}` });
    }

    send(properties) {
      this.clicks += 1;
      this.reply = {
        type: "Feature", geometry: null,
        properties: { ...properties, nonce: `${Date.now()}-${this.clicks}` },
      };
      this.messenger.fire("click", { layer: { toGeoJSON: () => this.reply } });
    }
  }

  /* A name for the page around the frame, the same in all its frames and another in every window. */
  function pageOf(frame) {
    const page = frame.parent;
    page.oneGridPage = page.oneGridPage || `${Date.now()}-${Math.random()}`;
    return page.oneGridPage;
  }

  function classOf(value, breaks) {
    let index = 0;
    while (index < breaks.length && value >= breaks[index]) index += 1;
    return index;
  }

  function isMinor(properties) {
    return properties.kind === "road" && properties.rank > 2;
  }

  function isDark(color) {
    const [red, green, blue] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
    return 0.299 * red + 0.587 * green + 0.114 * blue < 125;
  }

  function classStyle(layer, index) {
    return layer.classes[index] || layer.classes[0];
  }

  /* What a clicked thing tells: its name, its class, and those details that it has. */
  function cardOf(layer, name, style, details) {
    const box = element("div", "og-card-body");
    box.append(element("div", "og-card-title", name || layer.name));
    box.append(kindRow(layer, style, `${layer.name} · ${style.label}`));
    const list = element("dl", "");
    layer.fields.forEach((label, index) => {
      const value = details[index];
      if (!value) return;
      list.append(element("dt", "", label), element("dd", "", layer.terms[value] || value));
    });
    box.append(list);
    return box;
  }

  function overlap(one, other) {
    const a = one.getBoundingClientRect();
    const b = other.getBoundingClientRect();
    return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  }

  function legendRow(color, label, opacity = 1) {
    const row = element("div", "og-legend-row");
    const swatch = element("i", "og-swatch");
    swatch.style.backgroundColor = color;
    swatch.style.opacity = opacity;
    row.append(swatch, element("span", "", label));
    return row;
  }

  /* Points are dots, with a ring where their kind has one; shapes are squares. */
  function kindRow(layer, style, label) {
    const row = legendRow(style.color, label);
    const swatch = row.firstChild;
    if (layer.kind === "points") swatch.classList.add("og-dot");
    if (style.edge) swatch.style.border = `2px solid ${style.edge}`;
    return row;
  }

  function clusterIcon(cluster) {
    const count = cluster.getChildCount();
    const size = count < 10 ? 26 : count < 100 ? 32 : count < 1000 ? 40 : 48;
    return L.divIcon({
      className: "og-cluster", html: element("span", "", grouped(count, 0)), iconSize: [size, size],
    });
  }

  /* The control writes names with innerHTML; this is the only text that reaches it. */
  function escapeHtml(text) {
    return element("span", "", text).innerHTML;
  }

  /* The middle of the widest horizontal run inside the largest ring: lies inside, unlike a centroid. */
  function labelPoint(path, box) {
    const rings = path.getLatLngs().flat(path.feature.geometry.type === "MultiPolygon" ? 1 : 0);
    const ring = rings.reduce((a, b) => (b.length > a.length ? b : a), rings[0]);
    const ringBox = L.latLngBounds(ring);
    const lat = ringBox.getCenter().lat;
    const cuts = [];
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
      const a = ring[i];
      const b = ring[j];
      if ((a.lat > lat) !== (b.lat > lat)) cuts.push(a.lng + ((lat - a.lat) / (b.lat - a.lat)) * (b.lng - a.lng));
    }
    cuts.sort((a, b) => a - b);
    let best = [0, ringBox.getCenter().lng];
    for (let i = 0; i + 1 < cuts.length; i += 2) {
      if (cuts[i + 1] - cuts[i] > best[0]) best = [cuts[i + 1] - cuts[i], (cuts[i] + cuts[i + 1]) / 2];
    }
    return L.latLng(lat, best[1]);
  }

  /* Hundreds of clusters are no way for a keyboard: the list of cases beside the map is. */
  L.MarkerCluster.mergeOptions({ keyboard: false });

  /* ---------- the messenger ---------- */

  L.OneGrid = L.Layer.extend({
    initialize: function (payload) {
      this._payload = payload;
    },
    onAdd: function (map) {
      if (!map.oneGridScene) map.oneGridScene = new Scene(map);
      map.oneGridScene.apply(this._payload, this);
    },
    onRemove: function () {},
  });

  L.oneGrid = (payload) => new L.OneGrid(payload);
})();
