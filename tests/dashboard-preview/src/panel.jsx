// One panel: Grafana's chrome around Grafana's component for its type.
import { getDisplayValueAlignmentFactors, getFieldDisplayValues, renderTextPanelMarkdown } from '@grafana/data';
import { BarGauge, BigValue, PanelChrome, TimeSeries, VizRepeater } from '@grafana/ui';
import { TableNG } from '@grafana/ui/unstable';
import React from 'react';

import { defaultsOf } from './defaults.js';

function Nothing({ text }) {
  return <div className="preview-nothing" data-nothing>{text}</div>;
}

function displayValues(panel, { frames, fieldConfig, replaceVariables }, { theme, timeZone }) {
  const options = { ...defaultsOf(panel.type).options, ...panel.options };
  const values = getFieldDisplayValues({
    fieldConfig, reduceOptions: { fields: '', ...options.reduceOptions }, replaceVariables, theme, timeZone,
    data: frames, sparkline: options.graphMode !== undefined && options.graphMode !== 'none',
  });
  return { options, values };
}

function Stat({ panel, ready, look, width, height }) {
  const { options, values } = displayValues(panel, ready, look);
  const one = ({ value, width: w, height: h, count, alignmentFactors }) => (
    <BigValue value={{ ...value.display, title: value.display.title }} count={count} sparkline={value.sparkline} colorMode={options.colorMode}
      graphMode={options.graphMode} justifyMode={options.justifyMode} textMode={options.textMode} alignmentFactors={alignmentFactors}
      text={options.text} width={w} height={h} theme={look.theme} wideLayout={options.wideLayout} />
  );
  return <VizRepeater getValues={() => values} getAlignmentFactors={getDisplayValueAlignmentFactors} renderValue={one} width={width}
    height={height} source={ready.frames} autoGrid renderCounter={0} orientation={options.orientation} />;
}

function Bars({ panel, ready, look, width, height }) {
  const { options, values } = displayValues(panel, ready, look);
  const one = ({ value, width: w, height: h, orientation, alignmentFactors }) => (
    <BarGauge value={value.display} width={w} height={h} orientation={orientation} field={value.field} text={options.text}
      display={value.view?.getFieldDisplayProcessor(value.colIndex)} theme={look.theme} itemSpacing={10} lcdCellWidth={12}
      displayMode={options.displayMode} alignmentFactors={alignmentFactors} showUnfilled={options.showUnfilled}
      valueDisplayMode={options.valueMode} namePlacement={options.namePlacement} />
  );
  return <VizRepeater getValues={() => values} getAlignmentFactors={getDisplayValueAlignmentFactors} renderValue={one} width={width}
    height={height} source={ready.frames} renderCounter={0} orientation={options.orientation} minVizWidth={options.minVizWidth}
    minVizHeight={options.minVizHeight} maxVizHeight={options.maxVizHeight} />;
}

function Table({ panel, ready, look, width, height }) {
  const [frame] = ready.frames;
  if (!frame) return <Nothing text={ready.fieldConfig.defaults.noValue} />;
  return <TableNG data={frame} width={width} height={height} cellHeight={panel.options.cellHeight} noHeader={panel.options.showHeader === false}
    sortBy={panel.options.sortBy} noValue={ready.fieldConfig.defaults.noValue} fieldConfig={ready.fieldConfig} timeRange={look.range}
    enableVirtualization={false} structureRev={1} transparent={false} initialRowIndex={undefined} />;
}

function Curves({ panel, ready, look, width, height }) {
  if (ready.frames.length === 0) return <Nothing text={ready.fieldConfig.defaults.noValue} />;
  const options = { ...defaultsOf('timeseries').options, ...panel.options };
  return <TimeSeries frames={ready.frames} structureRev={1} timeRange={look.range} timeZone={look.timeZone} width={width} height={height}
    legend={options.legend} options={options} />;
}

function Text({ panel }) {
  // The text is this project's own, from its committed JSON.
  return <div className="markdown-html preview-text" dangerouslySetInnerHTML={{ __html: renderTextPanelMarkdown(panel.options.content) }} />;
}

// Grafana publishes no component for this type: its values as a list, marked with ≈ in the title.
function Approximation({ panel, ready }) {
  const lines = ready.frames.flatMap((frame) => frame.fields.filter(({ type }) => type === 'number')
    .map((field) => `${field.config.displayNameFromDS ?? field.name}: ${field.display(field.values.at(-1)).text}`));
  return <pre className="preview-text">{[`${panel.type}, not as Grafana draws it`, ...lines].join('\n')}</pre>;
}

const kinds = { stat: Stat, bargauge: Bars, table: Table, timeseries: Curves, text: Text };

export function Panel({ panel, ready, look, width, height }) {
  const Kind = kinds[panel.type];
  return (
    <PanelChrome width={width} height={height} title={panel.title + (Kind ? '' : ' (≈)')} description={panel.description}
      padding={panel.type === 'table' ? 'none' : 'md'}>
      {(innerWidth, innerHeight) => (Kind
        ? <Kind panel={panel} ready={ready} look={look} width={innerWidth} height={innerHeight} />
        : <Approximation panel={panel} ready={ready} />)}
    </PanelChrome>
  );
}
