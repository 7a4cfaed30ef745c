// <sky-map ra="..." dec="..." aladin="...">: puts a sky survey over the finder chart where one can be had.

const survey = 'https://alasky.cds.unistra.fr/DSS/DSSColor';

/** Whether the survey's server answers, asked without telling it what we look at. */
async function reachable() {
  try {
    return (await fetch(`${survey}/properties`, { signal: AbortSignal.timeout(5000) })).ok;
  } catch {
    return false; // offline: the finder chart stays
  }
}

class SkyMap extends HTMLElement {
  async connectedCallback() {
    const canDraw = document.createElement('canvas').getContext('webgl2');
    if (!this.hasAttribute('aladin') || !navigator.onLine || !canDraw || !(await reachable())) return;
    const { default: A } = await import(this.getAttribute('aladin'));
    await A.init;
    const chart = [...this.childNodes];
    const view = document.createElement('div');
    view.className = 'survey';
    this.replaceChildren(view);
    const aladin = A.aladin(view, {
      survey, fov: 10 / 60, target: `${this.getAttribute('ra')} ${this.getAttribute('dec')}`, cooFrame: 'ICRSd',
      showReticle: true, showLayersControl: true, showGotoControl: false, showProjectionControl: false, showCooGridControl: true,
    });
    const known = A.catalog({ name: 'Vigil', sourceSize: 14, color: '#f5b83d', onClick: 'showPopup' });
    aladin.addCatalog(known);
    for (const link of chart.flatMap((node) => [...(node.querySelectorAll?.('a[data-ra]') ?? [])]))
      known.addSources([A.source(Number(link.dataset.ra), Number(link.dataset.dec), { name: link.querySelector('title')?.textContent ?? '' })]);
  }
}

customElements.define('sky-map', SkyMap);
