// How values read: colours always beside a symbol or a word, and nothing known is grey.
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { stateCode, verdictCode } from './queries';
import type { TextKey, Words } from './words';

export const colours = {
  good: 'semi-dark-green',
  bad: 'semi-dark-red',
  unknown: 'semi-dark-orange',
  warning: 'semi-dark-yellow',
  excluded: 'semi-dark-blue',
  silent: 'dark-purple',
  none: '#6b7280',
  plain: 'text',
} as const;
export type Colour = (typeof colours)[keyof typeof colours];

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
export function notShown(words: Words, text: TextKey = 'not_demonstrated'): dashboard.ValueMapping[] {
  return [dashboard.SpecialValueMatch.NullAndNan, dashboard.SpecialValueMatch.Empty].map((match) => ({
    type: dashboard.MappingType.SpecialValue,
    options: { match, result: { text: words.text(text), color: colours.none } },
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

export function verdicts(words: Words): dashboard.ValueMapping[] {
  const map = valueMap(words, {
    [verdictCode.breached]: { text: 'verdict_breached', colour: colours.bad },
    [verdictCode.undetermined]: { text: 'verdict_undetermined', colour: colours.unknown },
    [verdictCode.running]: { text: 'verdict_running', colour: colours.excluded },
    [verdictCode.met]: { text: 'verdict_met', colour: colours.good },
    [verdictCode.noLevel]: { text: 'verdict_no_level', colour: colours.none },
  });
  return [map, ...notShown(words)];
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
export function saying(words: Words, meanings: Record<string, Meaning>, missing?: TextKey): dashboard.ValueMapping[] {
  return [valueMap(words, meanings), ...notShown(words, missing)];
}

export function range(from: number | null, to: number | null, text: string, color?: Colour): dashboard.RangeMap {
  return { type: dashboard.MappingType.RangeToText, options: { from, to, result: { text, ...(color && { color }) } } };
}

// Steps from the colour of nothing on: an empty value takes the first, so it is never good.
export function steps(...rest: ReadonlyArray<readonly [number, Colour]>): dashboard.Threshold[] {
  return [{ value: null, color: colours.none }, ...rest.map(([value, color]) => ({ value, color }))];
}

// A count of something wrong: none is good, one is not.
export const wrongFromOne = (colour: Colour) => steps([0, colours.good], [1, colour]);
