// <light-curve data="..." table="..." events="..." plotly="...">: draws a light curve and keeps it up to date.

import { escape, loadPlotly, look, onThemeChange } from './plots.js';

// More points than this make a plot slow and tell the eye no more: of a longer light curve every n-th in sight is drawn.
const mostDrawn = 2000;

// Colour by the band's last letter: bands of one light curve must differ more than their wavelengths do, by day and night.
const colours = {
  u: '#8e6bff', b: '#4f7dff', c: '#12a5b8', g: '#2fa84f', v: '#7aa80f', w: '#8a94a6', r: '#e5484d',
  o: '#f08a24', i: '#c98a00', z: '#a5714b', y: '#9a6a6a', j: '#d6409f', h: '#b153d6', k: '#8e4585',
};
const symbols = ['circle', 'square', 'diamond', 'triangle-up', 'cross', 'star', 'hexagon', 'x'];

function colour(band) {
  const name = band.toLowerCase().split('::').pop().replace(/^2mass|x$/g, '');
  return colours[name.at(-1)] ?? colours[name[0]] ?? '#8a94a6';
}

/** ISO date and time of a Modified Julian Date; 40587 is 1970-01-01. */
function date(mjd) {
  return new Date((mjd - 40587) * 86400000).toISOString().slice(0, 19).replace('T', ' ');
}

class LightCurve extends HTMLElement {
  #unit = 'mag';
  #curve;
  #plot;
  #note;
  #zooming = false;
  #stream;

  async connectedCallback() {
    this.#plot = document.createElement('div');
    this.#plot.className = 'plot';
    this.replaceChildren(this.#buttons(), this.#plot);
    try {
      await loadPlotly(this.getAttribute('plotly'));
      await this.refresh();
    } catch (error) {
      this.#plot.textContent = `No light curve: ${error.message}`;
      return;
    }
    onThemeChange(() => this.#draw());
    this.#watch();
  }

  disconnectedCallback() {
    this.#stream?.close();
  }

  async refresh() {
    const response = await fetch(this.getAttribute('data'));
    if (!response.ok) throw new Error(`the server answered ${response.status}.`);
    this.#curve = await response.json();
    this.#draw();
  }

  /** What arrived before the connection stood is fetched then, also after a lost one, which the browser makes anew by itself. */
  #watch() {
    let watching = false;
    this.#stream = new EventSource(this.getAttribute('events'));
    this.#stream.addEventListener('changed', () => this.#changed());
    this.#stream.addEventListener('watching', (event) => {
      if (watching || event.data !== this.dataset.points) this.#changed();
      watching = true;
      this.dataset.watching = '';
    });
    addEventListener('pagehide', () => this.#stream.close());
  }

  async #changed() {
    await this.refresh();
    document.dispatchEvent(new Event('vigil:changed'));
  }

  /** Which values are drawn, and where to take them away. */
  #buttons() {
    const bar = document.createElement('div');
    bar.className = 'tools';
    this.#note = document.createElement('span');
    this.#note.className = 'muted';
    const data = document.createElement('a');
    data.href = this.getAttribute('table');
    data.textContent = 'Data';
    data.title = 'Download these points as CSV';
    const group = document.createElement('div');
    group.className = 'switch';
    group.role = 'group';
    for (const [unit, label] of [['mag', 'Magnitude'], ['flux', 'Flux']]) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = label;
      button.ariaPressed = unit === this.#unit;
      button.addEventListener('click', () => {
        this.#unit = unit;
        for (const other of group.children) other.ariaPressed = other === button;
        this.#draw();
      });
      group.append(button);
    }
    bar.append(this.#note, data, group);
    return bar;
  }

  #draw() {
    const { axis, layout, config } = look(this);
    const inSight = this.#inSight();
    const count = sum(this.#curve.series, (s) => s.mjd.length);
    const step = Math.ceil(sum(this.#curve.series, (s) => s.mjd.filter(inSight).length) / mostDrawn);
    this.#note.textContent = step > 1 ? `1 of ${step} points is drawn; zoom in for more` : '';
    const traces = this.#traces(inSight, step);
    // A narrow legend is a list: it goes below the plot, which keeps its height.
    const narrow = this.clientWidth < 600;
    this.#plot.style.minHeight = `${18 + (narrow ? 1.9 * traces.filter((t) => t.showlegend).length : 0)}rem`;
    Plotly.react(this.#plot, traces, {
      ...layout,
      legend: narrow ? { ...layout.legend, y: -0.3, yanchor: 'top', maxheight: 1 } : layout.legend,
      uirevision: this.#unit,
      xaxis: { ...axis, title: { text: 'MJD (UTC)', standoff: 6 }, exponentformat: 'none', hoverformat: '.5f' },
      yaxis: this.#unit === 'mag'
        ? { ...axis, title: { text: 'AB magnitude', standoff: 6 }, automargin: true, autorange: 'reversed' }
        : { ...axis, title: { text: 'Flux / µJy', standoff: 6 }, automargin: true, zeroline: true },
    }, config);
    this.dataset.unit = this.#unit;
    this.dataset.points = count;
    if (count > mostDrawn && !this.#zooming) {
      this.#zooming = true;
      this.#plot.on('plotly_relayout', (change) => Object.keys(change).some((key) => key.startsWith('xaxis')) && this.#draw());
    }
  }

  /** Whether a date is in the part of the plot that is looked at. */
  #inSight() {
    const axis = this.#plot.layout?.xaxis;
    if (!axis || axis.autorange !== false) return () => true;
    const [first, last] = axis.range;
    return (mjd) => mjd >= first && mjd <= last;
  }

  #traces(inSight, step) {
    const instruments = [...new Set(this.#curve.series.map((s) => s.instrument))];
    // Where there is no colour, shapes tell the bands apart; elsewhere the instruments.
    const dome = 'dome' in document.documentElement.dataset;
    return this.#curve.series.flatMap((series, index) => {
      const name = escape(instruments.length > 1 ? `${series.band} · ${series.instrument}` : series.band);
      const shape = dome ? index : instruments.indexOf(series.instrument);
      const keep = (i) => inSight(series.mjd[i]) && i % step === 0;
      const marker = { color: colour(series.band), symbol: symbols[shape % symbols.length] };
      const shown = this.#unit === 'mag' ? this.#magnitudes(series, marker, keep) : this.#fluxes(series, marker, keep);
      return shown.filter((trace) => trace.x.length > 0).map((trace, i) => ({
        type: 'scatter', mode: 'markers', name, legendgroup: name, showlegend: i === 0,
        hovertemplate: '%{customdata}<extra></extra>', ...trace,
      }));
    });
  }

  #magnitudes(series, marker, keep) {
    const seen = indices(series, (i) => keep(i) && series.mag[i] !== null);
    const unseen = indices(series, (i) => keep(i) && series.mag[i] === null && series.limit[i] !== null);
    return [
      {
        ...points(series, seen, series.mag, (i) => `${series.mag[i].toFixed(3)} ± ${series.magErr[i].toFixed(3)} mag`),
        marker: { ...marker, size: 6, opacity: 0.85 },
        error_y: { type: 'data', array: seen.map((i) => series.magErr[i]), color: marker.color, thickness: 1, width: 0 },
      },
      {
        ...points(series, unseen, series.limit, (i) => `fainter than ${series.limit[i].toFixed(2)} mag`),
        marker: { color: marker.color, symbol: 'arrow-bar-down-open', size: 8, opacity: 0.55 }, meta: 'limits',
      },
    ];
  }

  #fluxes(series, marker, keep) {
    const measured = indices(series, (i) => keep(i) && series.flux[i] !== null);
    const unseen = indices(series, (i) => keep(i) && series.flux[i] === null && series.limit[i] !== null);
    const limits = series.limit.map((limit) => (limit === null ? null : 10 ** ((23.9 - limit) / 2.5)));
    return [
      {
        ...points(series, measured, series.flux, (i) => `${series.flux[i].toPrecision(5)} ± ${series.fluxErr[i].toPrecision(3)} µJy`),
        marker: { ...marker, size: 6, opacity: 0.85 },
        error_y: { type: 'data', array: measured.map((i) => series.fluxErr[i]), color: marker.color, thickness: 1, width: 0 },
      },
      {
        ...points(series, unseen, limits, (i) => `less than ${limits[i].toPrecision(3)} µJy`),
        marker: { color: marker.color, symbol: 'arrow-bar-down-open', size: 8, opacity: 0.55 }, meta: 'limits',
      },
    ];
  }
}

/** The places of the points that are to be kept. */
function indices(series, keep) {
  return [...series.mjd.keys()].filter(keep);
}

function sum(list, value) {
  return list.reduce((total, one) => total + value(one), 0);
}

function points(series, which, y, value) {
  return {
    x: which.map((i) => series.mjd[i]),
    y: which.map((i) => y[i]),
    customdata: which.map((i) => [
      `<b>${escape(series.band)}</b> ${value(i)}`, `${date(series.mjd[i])} UTC`, `MJD ${series.mjd[i].toFixed(5)}`,
      `${escape(series.telescope)} / ${escape(series.instrument)}`,
    ].join('<br>')),
  };
}

customElements.define('light-curve', LightCurve);
