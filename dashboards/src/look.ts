// How values read: colours always beside a symbol or a word, and nothing known is grey.
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { stateCode, verdictCode } from './queries';
import type { TextKey, Words } from './words';

// Behind white text: each has a contrast of at least 4.5 to it, in both themes.
export const colours = {
  good: '#1a7f37',
  bad: '#c4162a',
  unknown: '#b45309',
  excluded: '#1f60c4',
  silent: '#7c2ea3',
  none: '#6b7280',
} as const;

// For text on the background of a panel: Grafana's names, which follow the theme.
export const inks = { good: 'semi-dark-green', bad: 'red', unknown: 'semi-dark-orange', plain: 'text' } as const;
export type Colour = (typeof colours)[keyof typeof colours] | (typeof inks)[keyof typeof inks];

interface Meaning {
  readonly text: TextKey;
  readonly colour?: Colour;
}

function valueMap(words: Words, meanings: Record<string, Meaning>): dashboard.ValueMap {
  const options: Record<string, dashboard.ValueMappingResult> = {};
  Object.entries(meanings).forEach(([value, { text, colour }], index) => {
    options[value] = { text: words.text(text), index, ...(colour && { color: colour }) };
  });
  return { type: dashboard.MappingType.ValueToText, options };
}

// What is not there is said, in grey.
export function notShown(words: Words, text: TextKey = 'not_demonstrated', color: Colour = colours.none): dashboard.ValueMapping[] {
  return [dashboard.SpecialValueMatch.NullAndNan, dashboard.SpecialValueMatch.Empty].map((match) => ({
    type: dashboard.MappingType.SpecialValue,
    options: { match, result: { text: words.text(text), color } },
  }));
}

export function states(words: Words): dashboard.ValueMapping[] {
  const map = valueMap(words, {
    [stateCode.bad]: { text: 'state_bad', colour: colours.bad },
    [stateCode.unknown]: { text: 'state_unknown', colour: colours.unknown },
    [stateCode.silent]: { text: 'state_silent', colour: colours.silent },
    [stateCode.excluded]: { text: 'state_excluded', colour: colours.excluded },
    [stateCode.good]: { text: 'state_good', colour: colours.good },
  });
  return [map, ...notShown(words)];
}

export function verdicts(words: Words, as: 'fill' | 'ink' = 'fill'): dashboard.ValueMapping[] {
  const [bad, unknown, good, running, none] = as === 'fill'
    ? [colours.bad, colours.unknown, colours.good, colours.excluded, colours.none]
    : [inks.bad, inks.unknown, inks.good, inks.plain, inks.plain];
  const map = valueMap(words, {
    [verdictCode.breached]: { text: 'verdict_breached', colour: bad },
    [verdictCode.undetermined]: { text: 'verdict_undetermined', colour: unknown },
    [verdictCode.running]: { text: 'verdict_running', colour: running },
    [verdictCode.met]: { text: 'verdict_met', colour: good },
    [verdictCode.noLevel]: { text: 'verdict_no_level', colour: none },
  });
  return [map, ...notShown(words, 'not_demonstrated', none)];
}

export function severities(words: Words): dashboard.ValueMapping[] {
  return [
    valueMap(words, {
      critical: { text: 'severity_critical', colour: colours.bad },
      warning: { text: 'severity_warning', colour: colours.unknown },
      info: { text: 'severity_info', colour: colours.excluded },
    }),
  ];
}

export function activityLabels(words: Words, length: 'whole' | 'short' = 'whole'): dashboard.ValueMapping[] {
  const options: Record<string, dashboard.ValueMappingResult> = {};
  words.activities().forEach((slug, index) => {
    options[slug] = { text: length === 'whole' ? words.activity(slug) : words.shortActivity(slug), index };
  });
  return [{ type: dashboard.MappingType.ValueToText, options }];
}

// Text of single values, for a number that also stands for a word ("0" = "none").
export function saying(words: Words, meanings: Record<string, Meaning>, missing?: TextKey, color?: Colour): dashboard.ValueMapping[] {
  return [valueMap(words, meanings), ...notShown(words, missing, color)];
}

export function range(from: number | null, to: number | null, text: string, color?: Colour): dashboard.RangeMap {
  return { type: dashboard.MappingType.RangeToText, options: { from, to, result: { text, ...(color && { color }) } } };
}

// Steps from the colour of nothing on: an empty value takes the first, so it is never good.
export function steps(...rest: ReadonlyArray<readonly [number, Colour]>): dashboard.Threshold[] {
  return stepsFrom(colours.none, rest);
}

// The same for coloured text, where nothing is plain.
export function inkSteps(...rest: ReadonlyArray<readonly [number, Colour]>): dashboard.Threshold[] {
  return stepsFrom(inks.plain, rest);
}

function stepsFrom(nothing: Colour, rest: ReadonlyArray<readonly [number, Colour]>): dashboard.Threshold[] {
  return [{ value: null, color: nothing }, ...rest.map(([value, color]) => ({ value, color }))];
}

// A count of something wrong: none is good, one is not.
export const wrongFromOne = (colour: Colour) => steps([0, colours.good], [1, colour]);
