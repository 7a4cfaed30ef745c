// <spectrum-plot data="..." plotly="...">: draws the spectra of a source, one line each.

import { escape, loadPlotly, look, onThemeChange } from './plots.js';

const colours = ['#4f7dff', '#f08a24', '#2fa84f', '#e5484d', '#8e6bff', '#12a5b8', '#d6409f', '#7aa80f'];

class SpectrumPlot extends HTMLElement {
  async connectedCallback() {
    this.plot = document.createElement('div');
    this.plot.className = 'plot';
    this.replaceChildren(this.plot);
    try {
      await loadPlotly(this.getAttribute('plotly'));
      const response = await fetch(this.getAttribute('data'));
      if (!response.ok) throw new Error(`the server answered ${response.status}.`);
      this.spectra = (await response.json()).spectra;
      this.#draw();
    } catch (error) {
      this.plot.textContent = `No plot: ${error.message}`;
      return;
    }
    onThemeChange(() => this.isConnected && this.#draw());
  }

  #draw() {
    const { axis, layout, config } = look(this);
    const dashes = 'dome' in document.documentElement.dataset ? ['solid', 'dash', 'dot', 'dashdot'] : ['solid'];
    Plotly.react(this.plot, this.spectra.map((spectrum, i) => ({
      type: 'scatter', mode: 'lines', x: spectrum.wavelengths, y: spectrum.fluxes,
      name: escape(`${spectrum.observedAt.slice(0, 10)} ${spectrum.label || spectrum.instrument}`),
      line: { color: colours[i % colours.length], width: 1.2, dash: dashes[i % dashes.length] },
      hovertemplate: `%{x:.1f} Å, %{y:.3f}<br>${escape(spectrum.instrument)}<extra></extra>`,
    })), {
      ...layout,
      showlegend: true,
      xaxis: { ...axis, title: { text: 'Wavelength / Å' } },
      yaxis: { ...axis, title: { text: 'Flux per Å / median', standoff: 6 }, automargin: true },
    }, config);
    this.dataset.spectra = this.spectra.length;
  }
}

customElements.define('spectrum-plot', SpectrumPlot);
