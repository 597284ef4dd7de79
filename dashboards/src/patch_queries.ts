// What is known of updates, reboots and ends of maintenance, host by host: shared by the panels of the page of patches.
import { byHost, expectedToProve, ofHosts, stateCode } from './queries';

export const day = 86400;
export const onHost = `on(${byHost})`;
const byChecks = `${byHost},check`;
export const bySoftware = `${byHost},software,version`;

// Nobody publishes the catalogue of exploited vulnerabilities less often than that; an older one proves no "none".
const catalogueDays = 30;
// "Known to have none", where a number of days stands otherwise.
export const none = 1e9;

const least = (name: string, more = '') => `min by(${byHost}) (${ofHosts(name, more)})`;
const most = (name: string, more = '') => `max by(${byHost}) (${ofHosts(name, more)})`;

// Checks of the collectors that this page is about.
const checks = `max by(${byChecks}) (${ofHosts('ght_check_info', 'collector=~"apt|dnf|reboot|support"')})`;
// Hosts that have such a check, or owe proof of administration.
export const hosts = `group by(${byHost}) (${checks}) or group by(${byHost}) (${expectedToProve('administration')})`;

const inState = (state: string) =>
  `max by(${byHost}) ((${ofHosts('ght_check_state', `state=~"${state}"`)} == 1) and on(${byChecks}) ${checks})`;

// The worst of a host's checks.
export function stateOfChecks(): string {
  return `${inState('bad')} * ${stateCode.bad} or ${onHost} ${inState('unknown')} * ${stateCode.unknown}`
    + ` or ${onHost} ${inState('maintenance|out_of_hours')} * ${stateCode.excluded} or ${onHost} ${inState('good')} * ${stateCode.good}`
    + ` or ${onHost} (${ofHosts('host:ght_agent_silent:bool')} == 1) * ${stateCode.silent}`;
}

export const pending = (what: string) => most('ght_patch_pending_updates', `class="${what}"`);
export const withheld = most('ght_patch_withheld_updates', 'class="security"');
// Security updates not installed, whether they would be installed or are held back, waived ones included.
export const open = `(${pending('security')} + (${withheld} or ${pending('security')} * 0))`;
export const waived = most('ght_patch_waived_updates');
const waiverEnd = least('ght_patch_waiver_end_timestamp_seconds');
export const waiverLeft = `(${waiverEnd} - time()) / ${day}`;

export const oldest = `max by(${byHost}) (time() - ${ofHosts('ght_patch_oldest_pending_security_timestamp_seconds')}) / ${day}`;
export const oldestToLimit = `${oldest} / (${least('ght_patch_security_limit_seconds')} / ${day})`;

const due = least('ght_patch_security_due_timestamp_seconds');
export const overdue = `${due} < time()`;
// Without counts the lists are in doubt: an update may be missing that nobody knows, so not being overdue is no evidence.
export const overdueKnown = `(${overdue}) or ${onHost} ${open}`;
export const dueLeft = `(${due} - time()) / ${day} or ${onHost} ${open} * 0 + ${none}`;

// What an old catalogue finds is true; that it finds nothing proves nothing.
const found = most('ght_patch_exploited_updates');
const recent = `(time() - ${least('ght_patch_exploited_catalogue_timestamp_seconds')} <= ${catalogueDays * day})`;
export const exploited = `${found} > 0`;
export const exploitedKnown = `(${exploited}) or ${onHost} (${found} and ${onHost} ${recent})`;

const metadataAge = `max by(${byHost}) (time() - ${ofHosts('ght_patch_metadata_timestamp_seconds')})`;
export const metadata = `${metadataAge} / 3600`;
export const metadataToLimit = `${metadataAge} / ${least('ght_patch_metadata_limit_seconds')}`;
export const stale = `${metadataToLimit} > 1`;
export const automatic = least('ght_patch_automatic_enabled');
export const automaticAge = `max by(${byHost}) (time() - ${ofHosts('ght_patch_automatic_last_success_timestamp_seconds')}) / ${day}`;

export const reboot = most('ght_patch_reboot_required');
const rebootSeconds = `time() - ${least('ght_patch_reboot_required_since_timestamp_seconds')}`;
const rebootLimitSeconds = least('ght_patch_reboot_limit_seconds');
export const rebootDays = `(${rebootSeconds}) / ${day}`;
export const rebootLimit = `${rebootLimitSeconds} / ${day}`;
export const rebootLate = `${rebootSeconds} > ${rebootLimitSeconds}`;
export const kernel = most('ght_patch_kernel_outdated');
export const services = `sum by(${byHost}) (max by(${byHost},kind) (${ofHosts('ght_patch_services_needing_restart')}))`;

// Codes whose order is the order of a table, the worst last.
export const rebootCode = { no: 0, unknown: 1, pending: 2, late: 3 } as const;
export const rebootState = `(${rebootLate}) * 0 + ${rebootCode.late} or ${onHost} (${reboot} == 1) * 0 + ${rebootCode.pending}`
  + ` or ${onHost} (${reboot} == 0) or ${onHost} (${hosts}) * 0 + ${rebootCode.unknown}`;

// An end that is passed holds; one to come does only while its table is not too old, or the check vouches for it.
const fresh = `(time() - min by(${byChecks}) (${ofHosts('ght_support_table_timestamp_seconds')})`
  + ` <= min by(${byChecks}) (${ofHosts('ght_support_table_limit_seconds')}))`;
const vouched = `max by(${byChecks}) (${ofHosts('ght_check_state', 'state="good"')} == 1)`;
const deadline = `min by(${byChecks}) (${ofHosts('ght_os_support_deadline_timestamp_seconds')})`;
export const osEnd = `min by(${byHost}) (${deadline} <= time() or ${deadline} and on(${byChecks}) (${fresh} or ${vouched}))`;
export const osLeft = `(${osEnd} - time()) / ${day}`;
export const osEnded = `${osEnd} <= time()`;
const warning = least('ght_support_warning_seconds');

export const supportCode = { maintained: 0, unknown: 1, soon: 2, ended: 3 } as const;
export const osState = `(${osEnded}) * 0 + ${supportCode.ended}`
  + ` or ${onHost} (${osEnd} - time() <= ${onHost} ${warning}) * 0 + ${supportCode.soon}`
  + ` or ${onHost} ${osEnd} * 0 or ${onHost} (${hosts}) * 0 + ${supportCode.unknown}`;

// Software: the end of the last phase that is known.
export const software = `group by(${bySoftware},origin) (${ofHosts('ght_software_info')})`;
const installed = `group by(${bySoftware}) (${software})`;
const softwareEnd = `min by(${bySoftware}) (max by(${bySoftware},check) (${ofHosts('ght_software_support_end_timestamp_seconds')}))`;
const freshHosts = `group by(${byHost}) (${fresh})`;
export const softwareLeft = `(${softwareEnd} - time()) / ${day}`;
export const softwareEnded = `${softwareEnd} <= time()`;
// Hosts of which the end of each software is known.
export const softwareKnown = `${freshHosts} unless ${onHost} (${installed} unless on(${bySoftware}) ${softwareEnd})`;
export const softwareState = `(${softwareEnded}) * 0 + ${supportCode.ended}`
  + ` or on(${bySoftware}) (${softwareEnd} - time() <= ${onHost} group_left() ${warning}) * 0 + ${supportCode.soon}`
  + ` or on(${bySoftware}) (${softwareEnd} and ${onHost} ${freshHosts}) * 0 or on(${bySoftware}) ${installed} * 0 + ${supportCode.unknown}`;

// Hosts of which something that a check is there for is not known, or not even whether updates are missing.
export const unproven = `((${hosts}) unless ${onHost} ${open}) or ${onHost} ${inState('unknown')}`;
