// <light-curve data="..." events="..." plotly="...">: draws a light curve and keeps it up to date.

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

function loadScript(url) {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = url;
    script.onload = resolve;
    script.onerror = () => reject(new Error(`${url} could not be loaded.`));
    document.head.append(script);
  });
}

/** ISO date and time of a Modified Julian Date; 40587 is 1970-01-01. */
function date(mjd) {
  return new Date((mjd - 40587) * 86400000).toISOString().slice(0, 19).replace('T', ' ');
}

class LightCurve extends HTMLElement {
  #unit = 'mag';
  #curve;
  #plot;
  #stream;

  async connectedCallback() {
    this.#plot = document.createElement('div');
    this.#plot.className = 'plot';
    this.replaceChildren(this.#buttons(), this.#plot);
    if (!this.hasAttribute('plotly')) {
      this.#plot.textContent = 'The plot needs plotly.js: run npm ci in Vigil\'s folder.';
      return;
    }
    try {
      if (!window.Plotly) await loadScript(this.getAttribute('plotly'));
      await this.refresh();
    } catch (error) {
      this.#plot.textContent = `No light curve: ${error.message}`;
      return;
    }
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#draw());
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

  /** After a lost connection the browser connects again by itself; what arrived meanwhile is fetched then. */
  #watch() {
    let watching = false;
    this.#stream = new EventSource(this.getAttribute('events'));
    this.#stream.addEventListener('changed', () => this.#changed());
    this.#stream.addEventListener('watching', () => {
      if (watching) this.#changed();
      watching = true;
      this.dataset.watching = '';
    });
    addEventListener('pagehide', () => this.#stream.close());
  }

  async #changed() {
    await this.refresh();
    document.dispatchEvent(new Event('vigil:changed'));
  }

  #buttons() {
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
    return group;
  }

  #draw() {
    const style = getComputedStyle(this);
    const ink = style.color;
    const lines = style.getPropertyValue('--line').trim();
    const paper = style.getPropertyValue('--paper').trim();
    const axis = { gridcolor: lines, linecolor: lines, zerolinecolor: lines, showline: true, mirror: true, ticks: 'outside', tickcolor: lines };
    const narrow = this.clientWidth < 600;
    Plotly.react(this.#plot, this.#traces(), {
      uirevision: this.#unit,
      paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)',
      font: { family: style.fontFamily, size: 13, color: ink },
      margin: narrow ? { l: 48, r: 8, t: 8, b: 44 } : { l: 64, r: 12, t: 8, b: 48 },
      xaxis: { ...axis, title: { text: 'MJD (UTC)' }, tickformat: 'd', hoverformat: '.5f' },
      yaxis: this.#unit === 'mag'
        ? { ...axis, title: { text: 'AB magnitude', standoff: 6 }, automargin: true, autorange: 'reversed' }
        : { ...axis, title: { text: 'Flux / µJy', standoff: 6 }, automargin: true, zeroline: true },
      legend: { orientation: 'h', y: 1.02, yanchor: 'bottom', x: 0, itemsizing: 'constant' },
      hoverlabel: { bgcolor: paper, font: { color: ink } },
      hovermode: 'closest', dragmode: narrow ? 'pan' : 'zoom',
    }, { responsive: true, displaylogo: false, modeBarButtonsToRemove: ['select2d', 'lasso2d', 'autoScale2d'] });
    this.dataset.unit = this.#unit;
    this.dataset.points = this.#curve.series.reduce((sum, s) => sum + s.mjd.length, 0);
  }

  #traces() {
    const instruments = [...new Set(this.#curve.series.map((s) => s.instrument))];
    // Where there is no colour, shapes tell the bands apart; elsewhere the instruments.
    const dome = 'dome' in document.documentElement.dataset;
    return this.#curve.series.flatMap((series, index) => {
      const name = escape(instruments.length > 1 ? `${series.band} · ${series.instrument}` : series.band);
      const shape = dome ? index : instruments.indexOf(series.instrument);
      const look = { color: colour(series.band), symbol: symbols[shape % symbols.length] };
      const shown = this.#unit === 'mag' ? this.#magnitudes(series, look) : this.#fluxes(series, look);
      return shown.filter((trace) => trace.x.length > 0).map((trace, i) => ({
        type: 'scatter', mode: 'markers', name, legendgroup: name, showlegend: i === 0,
        hovertemplate: '%{customdata}<extra></extra>', ...trace,
      }));
    });
  }

  #magnitudes(series, look) {
    const seen = indices(series, (i) => series.mag[i] !== null);
    const unseen = indices(series, (i) => series.mag[i] === null && series.limit[i] !== null);
    return [
      {
        ...points(series, seen, series.mag, (i) => `${series.mag[i].toFixed(3)} ± ${series.magErr[i].toFixed(3)} mag`),
        marker: { ...look, size: 6, opacity: 0.85 },
        error_y: { type: 'data', array: seen.map((i) => series.magErr[i]), color: look.color, thickness: 1, width: 0 },
      },
      {
        ...points(series, unseen, series.limit, (i) => `fainter than ${series.limit[i].toFixed(2)} mag`),
        marker: { color: look.color, symbol: 'arrow-down-open', size: 8, opacity: 0.55 }, meta: 'limits',
      },
    ];
  }

  #fluxes(series, look) {
    const measured = indices(series, (i) => series.flux[i] !== null);
    const unseen = indices(series, (i) => series.flux[i] === null && series.limit[i] !== null);
    const limits = series.limit.map((limit) => (limit === null ? null : 10 ** ((23.9 - limit) / 2.5)));
    return [
      {
        ...points(series, measured, series.flux, (i) => `${series.flux[i].toPrecision(5)} ± ${series.fluxErr[i].toPrecision(3)} µJy`),
        marker: { ...look, size: 6, opacity: 0.85 },
        error_y: { type: 'data', array: measured.map((i) => series.fluxErr[i]), color: look.color, thickness: 1, width: 0 },
      },
      {
        ...points(series, unseen, limits, (i) => `less than ${limits[i].toPrecision(3)} µJy`),
        marker: { color: look.color, symbol: 'arrow-down-open', size: 8, opacity: 0.55 }, meta: 'limits',
      },
    ];
  }
}

function indices(series, keep) {
  return [...series.mjd.keys()].filter(keep);
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

/** Plotly reads a little HTML in labels; names are text. */
function escape(text) {
  return text.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]);
}

customElements.define('light-curve', LightCurve);
