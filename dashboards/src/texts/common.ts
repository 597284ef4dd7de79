// Words that several dashboards share: activities, states, verdicts, units, heads of columns.
import type { Text } from '.';

export const common = {
  // Activities, art. R.1111-9 CSP; the number is put before them.
  activity_physical_sites: { fr: 'Sites physiques', en: 'Physical sites' },
  activity_hardware: { fr: 'Infrastructure matérielle', en: 'Hardware infrastructure' },
  activity_virtual_infrastructure: { fr: 'Infrastructure virtuelle', en: 'Virtual infrastructure' },
  activity_application_platform: { fr: "Plateforme d'hébergement d'applications", en: 'Application hosting platform' },
  activity_administration: { fr: 'Administration et exploitation', en: 'Administration and operation' },
  activity_backup: { fr: 'Sauvegarde des données de santé', en: 'Backup of health data' },
  short_physical_sites: { fr: 'Sites', en: 'Sites' },
  short_hardware: { fr: 'Matériel', en: 'Hardware' },
  short_virtual_infrastructure: { fr: 'Virtuel', en: 'Virtual' },
  short_application_platform: { fr: 'Plateforme', en: 'Platform' },
  short_administration: { fr: 'Exploitation', en: 'Operation' },
  short_backup: { fr: 'Sauvegarde', en: 'Backup' },

  // States now: always a symbol and a word.
  state_good: { fr: '✓ bon', en: '✓ good' },
  state_unknown: { fr: '? inconnu', en: '? unknown' },
  state_bad: { fr: '✕ en défaut', en: '✕ bad' },
  state_excluded: { fr: '‖ hors compte', en: '‖ not counted' },
  state_silent: { fr: '○ hôte muet', en: '○ host silent' },

  // Service level of a month.
  verdict_breached: { fr: '✕ non tenu', en: '✕ breached' },
  verdict_undetermined: { fr: '? indéterminé', en: '? undetermined' },
  verdict_running: { fr: '… en cours', en: '… running' },
  verdict_met: { fr: '✓ tenu', en: '✓ met' },
  verdict_no_level: { fr: '– sans niveau', en: '– no level' },

  severity_critical: { fr: '✕ critique', en: '✕ critical' },
  severity_warning: { fr: '! avertissement', en: '! warning' },
  severity_info: { fr: 'i information', en: 'i information' },

  // What is not there.
  not_demonstrated: { fr: 'non démontré', en: 'not demonstrated' },
  no_level: { fr: 'aucun', en: 'none' },
  whole_group: { fr: 'tout le GHT', en: 'whole GHT' },
  whole_place: { fr: 'tout le site', en: 'whole site' },
  whole_host: { fr: "tout l'hôte", en: 'whole host' },
  several_activities: { fr: 'toutes', en: 'all' },
  since_unknown: { fr: 'non daté', en: 'no date' },
  dash: { fr: '–', en: '–' },
  none_bad: { fr: '✓ aucun', en: '✓ none' },
  none_late: { fr: '✓ aucune', en: '✓ none' },
  none_open: { fr: '✓ aucune', en: '✓ none' },
  none_missing: { fr: '✓ aucun', en: '✓ none' },
  none_within: { fr: '✕ aucune', en: '✕ none' },
  none_open_alerts: { fr: '✓ aucune alerte ouverte', en: '✓ no open alert' },

  // Units, as Grafana writes them. Its own words for times are English only.
  unit_minutes: { fr: 'suffix: min', en: 'suffix: min' },
  unit_hours: { fr: 'suffix: h', en: 'suffix: h' },
  unit_days: { fr: 'suffix: j', en: 'suffix: d' },
  unit_moment: { fr: 'time:DD/MM HH:mm', en: 'time:DD MMM HH:mm' },

  links_title: { fr: 'Tableaux GHT', en: 'GHT dashboards' },
  links_tooltip: {
    fr: 'Les autres tableaux, avec les mêmes variables et la même période',
    en: 'The other dashboards, with the same variables and the same time range',
  },
  link_oncall: { fr: "Voir ce site sur le tableau d'astreinte", en: 'This site on the on-call dashboard' },
  link_runbook: { fr: 'Ouvrir la procédure', en: 'Open the runbook' },

  variable_datasource: { fr: 'Source', en: 'Data source' },
  variable_ght: { fr: 'GHT', en: 'GHT' },
  variable_establishment: { fr: 'Établissement', en: 'Establishment' },
  variable_site: { fr: 'Site', en: 'Site' },
  variable_host: { fr: 'Hôte', en: 'Host' },
  variable_runbooks: { fr: 'Procédures', en: 'Runbooks' },
  variable_runbooks_help: {
    fr: "Adresse des procédures, sans barre finale : celle de l'étiquette « runbooks » de prometheus.yml.",
    en: 'Address of the runbooks, without a final slash: that of the label "runbooks" in prometheus.yml.',
  },

  column_activity: { fr: 'Activité', en: 'Activity' },
  column_now: { fr: 'Maintenant', en: 'Now' },
  column_verdict: { fr: 'Ce mois', en: 'This month' },
  column_verdict_before: { fr: 'Mois dernier', en: 'Last month' },
  column_lower: { fr: 'Borne basse', en: 'Lower bound' },
  column_upper: { fr: 'Borne haute', en: 'Upper bound' },
  column_guaranteed: { fr: 'Garanti', en: 'Guaranteed' },
  column_budget: { fr: 'Budget restant', en: 'Budget left' },
  column_coverage: { fr: 'Couverture', en: 'Coverage' },
  column_without_proof: { fr: 'Sans preuve', en: 'No proof' },
  column_expected: { fr: 'sur', en: 'of' },
  column_worst_site: { fr: 'Site le plus bas', en: 'Lowest site' },
  column_site: { fr: 'Site', en: 'Site' },
  column_establishment: { fr: 'Établissement', en: 'Establishment' },
  column_host: { fr: 'Hôte', en: 'Host' },
  column_check: { fr: 'Contrôle', en: 'Check' },
  column_since: { fr: 'Depuis', en: 'Since' },
  column_severity: { fr: 'Gravité', en: 'Severity' },
  column_alert: { fr: 'Alerte', en: 'Alert' },
  column_todo: { fr: 'Que faire (procédure)', en: 'What to do (runbook)' },
} as const satisfies Record<string, Text>;
