// Functions that run inside the page: each must be whole in itself.

// Elements that reach beyond the right edge, and the page when it scrolls sideways.
export function outsideOfViewport() {
  const width = document.documentElement.clientWidth;
  const found = [];
  if (document.documentElement.scrollWidth > width) found.push(`page: ${document.documentElement.scrollWidth} > ${width}`);
  for (const element of document.body.querySelectorAll('*')) {
    const box = element.getBoundingClientRect();
    if (box.width > 0 && box.right > width + 0.5) found.push(`${element.tagName}.${element.className}: ${box.right}`);
  }
  return found;
}

// Every element with text of its own whose colour on its background is under `least` (WCAG 2.1).
export function badContrasts(least) {
  const channels = (color) => color.match(/[\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => {
    const linear = [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const background = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = channels(getComputedStyle(at).backgroundColor);
      if (color.length < 4 || color[3] === 1) return color;
      if (color[3] !== 0) throw new Error('half transparent background');
    }
    throw new Error(`no background under ${element.tagName}`);
  };
  const found = [];
  for (const element of document.body.querySelectorAll('*')) {
    const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (!own) continue;
    const [dark, light] = [luminance(channels(getComputedStyle(element).color)), luminance(background(element))].sort((a, b) => a - b);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < least) found.push(`${element.className || element.tagName} "${element.textContent.slice(0, 30)}": ${ratio.toFixed(2)}`);
  }
  return found;
}

// State (class) and text of every badge.
export function shownStates() {
  return [...document.querySelectorAll('.badge')].map((badge) => ({
    state: badge.className.replace('badge', '').trim(),
    text: badge.textContent.trim(),
  }));
}
