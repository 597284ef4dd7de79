// What Grafana's panel plugins fill in when the JSON leaves it out. The plugins are not published, so this list
// is by hand and can drift from a given Grafana.
const defaults = {
  stat: {
    options: {
      graphMode: 'area', colorMode: 'value', justifyMode: 'auto', textMode: 'auto', orientation: 'auto', wideLayout: true,
      reduceOptions: { values: false, calcs: ['lastNotNull'], fields: '' },
    },
    custom: {},
  },
  bargauge: {
    options: {
      displayMode: 'gradient', orientation: 'auto', showUnfilled: true, valueMode: 'color', namePlacement: 'auto',
      minVizWidth: 8, minVizHeight: 16, maxVizHeight: 300, reduceOptions: { values: false, calcs: ['lastNotNull'], fields: '' },
    },
    custom: {},
  },
  table: { options: { showHeader: true, cellHeight: 'sm' }, custom: { align: 'auto', cellOptions: { type: 'auto' } } },
  timeseries: {
    options: { legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] } },
    custom: {
      drawStyle: 'line', lineInterpolation: 'linear', lineWidth: 1, fillOpacity: 0, gradientMode: 'none', barAlignment: 0,
      barWidthFactor: 0.6, pointSize: 5, showPoints: 'auto', spanNulls: false, axisPlacement: 'auto', axisLabel: '',
      axisColorMode: 'text', axisBorderShow: false, axisCenteredZero: false, scaleDistribution: { type: 'linear' },
      stacking: { mode: 'none', group: 'A' }, thresholdsStyle: { mode: 'off' },
      hideFrom: { tooltip: false, viz: false, legend: false },
    },
  },
  text: { options: { mode: 'markdown' }, custom: {} },
};

// Types that Grafana does not publish have none.
export const defaultsOf = (type) => defaults[type] ?? { options: {}, custom: {} };
