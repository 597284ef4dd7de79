// Selectors and small PromQL forms that every dashboard shares. No language here.

// Target labels of config/prometheus/targets, narrowed by the variables of the dashboard.
const places = 'ght=~"$ght",establishment=~"$establishment",site=~"$site"';

// Labels that name one place, host or check. Queries that are merged into one table aggregate by them, so
// that `job` and `instance` cannot keep two columns of one row apart.
export const bySite = 'ght,establishment,site';
export const byHost = `${bySite},host`;
export const byCheck = `${byHost},check,activity`;

function select(name: string, base: string, more: string): string {
  return `${name}{${base}${more === '' ? '' : `,${more}`}}`;
}

// Series of a site or a level above it: the variable `host` does not narrow them.
export function ofSites(name: string, more = ''): string {
  return select(name, places, more);
}

// Series of a host or of one of its checks.
export function ofHosts(name: string, more = ''): string {
  return select(name, `${places},host=~"$host"`, more);
}

// Targets that Prometheus knows, whether or not they answer: the inventory that evidence is missing from.
export const targetsOfSites = ofSites('up', 'job="ght-agent"');
export const targetsOfHosts = ofHosts('up', 'job="ght-agent"');

// Hosts of the inventory that must bring proof of an activity.
export function expectedToProve(activity: string): string {
  return ofHosts('host_activity:ght_proof_expected:bool', `activity="${activity}"`);
}

// `expr`, and NaN for each row of `rows` that it has nothing about: read as "not demonstrated".
export function orNotShown(expr: string, rows: string, by: string): string {
  return `(${expr}) or on(${by}) (${rows}) * NaN`;
}

// With one label that names the site so that no two sites of a group can be taken for each other.
export const withPlace = (expr: string) => `label_join(${expr}, "place", " · ", "establishment", "site")`;

// The number of series in `expr`, 0 only if there is evidence at all; otherwise nothing.
export function countOf(expr: string, evidence: string): string {
  return `count(${expr}) or 0 * count(${evidence})`;
}

// `value`, which must be empty when nothing is wrong; else 0 if `known` has each of `rows`, and -1 if it has only some of them:
// nothing wrong is known, and that is not nothing wrong. Empty when nothing is known at all.
export function noneIfAllKnown(value: string, known: string, rows: string, by: string): string {
  return `${value} or 0 * count(${known}) unless count((${rows}) unless on(${by}) (${known})) or 0 * count(${known}) - 1`;
}

// Alerts that fire, without the one that always does.
export const firing = 'alertstate="firing",alertname!="GhtWatchdog"';

// Says that somebody evaluates the rules: without it an empty list of alerts proves nothing.
export const watchdog = 'ALERTS{alertname="GhtWatchdog",alertstate="firing"}';

// Codes of a state, shown through the mapping `states`.
export const stateCode = { good: 0, unknown: 1, bad: 2, excluded: 3, silent: 4 } as const;

// Codes of a verdict, shown through the mapping `verdicts`. 0 to 2 are ght_sla_verdict's own.
export const verdictCode = { breached: 0, undetermined: 1, met: 2, running: 3, noLevel: 9 } as const;

// Where checks count time and none has a guaranteed level: a value that no level and no budget has.
export const noLevel = 1e9;

// The verdict with what the dashboard adds: a month under way whose budget holds even if all that is
// unknown counts as down is "running"; checks without a guaranteed level have none.
export function monthVerdict(verdict: string, budgetLeft: string, committed: string, by: string): string {
  const decided = `(${verdict}) + 2 * ((${verdict}) == bool ${verdictCode.undetermined}) * ((${budgetLeft}) >= bool 0)`;
  return `(${decided}) or (${verdict}) or on(${by}) (${committed}) * 0 + ${verdictCode.noLevel}`;
}
