// What all plots share: Plotly, loaded once, and the look of the page around them.

let loading;

/** Loads Plotly from the address, once a page. */
export function loadPlotly(url) {
  if (!url) return Promise.reject(new Error('it needs plotly.js: run npm ci in Vigil\'s folder.'));
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = url;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => reject(new Error(`${url} could not be loaded.`));
    document.head.append(script);
  });
  return loading;
}

/** Layout and settings of a plot inside an element, in the colours of the page's theme. */
export function look(element) {
  const style = getComputedStyle(element);
  const lines = style.getPropertyValue('--line').trim();
  const narrow = element.clientWidth < 600;
  return {
    axis: { gridcolor: lines, linecolor: lines, zerolinecolor: lines, showline: true, mirror: true, ticks: 'outside', tickcolor: lines },
    layout: {
      paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)',
      font: { family: style.fontFamily, size: 13, color: style.color },
      margin: narrow ? { l: 48, r: 8, t: 8, b: 44 } : { l: 64, r: 12, t: 8, b: 48 },
      legend: { orientation: 'h', y: 1.02, yanchor: 'bottom', x: 0, itemsizing: 'constant' },
      hoverlabel: { bgcolor: style.getPropertyValue('--paper').trim(), font: { color: style.color } },
      separators: '.', // 61000.5, not 61,000.5
      hovermode: 'closest', dragmode: narrow ? 'pan' : 'zoom',
    },
    config: { responsive: true, displaylogo: false, modeBarButtonsToRemove: ['select2d', 'lasso2d', 'autoScale2d'] },
  };
}

/** Plotly reads a little HTML in labels; names are text. */
export function escape(text) {
  return text.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]);
}

/** Calls back when day turns to night and back. */
export function onThemeChange(callback) {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', callback);
}
