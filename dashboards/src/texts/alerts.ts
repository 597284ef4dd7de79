// What the alerts of config/prometheus/rules/alerts.rules.yml are called, and the first thing to do, in a few words; the
// rest is in the runbook. A test holds this list against the rules.
import type { Text } from '.';

export const alertNames = [
  'GhtCheckBad', 'GhtBudgetBurnFast', 'GhtBudgetBurnSlow', 'GhtHostSilent', 'GhtAgentSilent', 'GhtCheckUnknown',
  'GhtBackupRpoExceeded', 'GhtBackupNeverSucceeded', 'GhtSecurityUpdateOverdue', 'GhtPatchMetadataStale',
  'GhtLedgerUnhealthy', 'GhtConfigReloadFailed', 'GhtWatchdog',
] as const;

export const alertTexts = {
  name_GhtCheckBad: { fr: 'Contrôle en défaut', en: 'Check bad' },
  name_GhtBudgetBurnFast: { fr: 'Budget du mois vite consommé', en: "Month's budget burning fast" },
  name_GhtBudgetBurnSlow: { fr: 'Budget du mois entamé', en: "Month's budget burning slowly" },
  name_GhtHostSilent: { fr: 'Hôte muet', en: 'Host silent' },
  name_GhtAgentSilent: { fr: 'Agent muet', en: 'Agent silent' },
  name_GhtCheckUnknown: { fr: 'Contrôle inconnu', en: 'Check unknown' },
  name_GhtBackupRpoExceeded: { fr: 'Sauvegarde hors PDMA', en: 'Backup older than its RPO' },
  name_GhtBackupNeverSucceeded: { fr: 'Sauvegarde jamais réussie', en: 'Backup never succeeded' },
  name_GhtSecurityUpdateOverdue: { fr: 'Correctif de sécurité en retard', en: 'Security update overdue' },
  name_GhtPatchMetadataStale: { fr: 'Listes de paquets périmées', en: 'Package lists stale' },
  name_GhtLedgerUnhealthy: { fr: 'Registre non écrit', en: 'Ledger not written' },
  name_GhtConfigReloadFailed: { fr: 'Configuration refusée', en: 'Configuration refused' },
  name_GhtWatchdog: { fr: 'Règles non évaluées : rien n’est démontré', en: 'Rules not evaluated: nothing is demonstrated' },

  action_GhtCheckBad: { fr: "▸ lire le constat, rétablir le service", en: '▸ read the reason, restore the service' },
  action_GhtBudgetBurnFast: { fr: '▸ rétablir tout de suite', en: '▸ restore at once' },
  action_GhtBudgetBurnSlow: { fr: '▸ chercher la cause en heures ouvrées', en: '▸ find the cause in office hours' },
  action_GhtHostSilent: { fr: "▸ joindre l'hôte : réseau, alimentation", en: '▸ reach the host: network, power' },
  action_GhtAgentSilent: { fr: "▸ relancer ght-agent sur l'hôte", en: '▸ restart ght-agent on the host' },
  action_GhtCheckUnknown: { fr: '▸ rendre le contrôle possible', en: '▸ make the check possible again' },
  action_GhtBackupRpoExceeded: { fr: '▸ relancer la sauvegarde', en: '▸ run the backup again' },
  action_GhtBackupNeverSucceeded: { fr: '▸ faire une première sauvegarde', en: '▸ make a first backup' },
  action_GhtSecurityUpdateOverdue: { fr: '▸ planifier la mise à jour', en: '▸ plan the update' },
  action_GhtPatchMetadataStale: { fr: '▸ rétablir apt update', en: '▸ repair apt update' },
  action_GhtLedgerUnhealthy: { fr: '▸ libérer ou réparer le disque', en: '▸ free or repair the disk' },
  action_GhtConfigReloadFailed: { fr: '▸ ght-agent config check', en: '▸ ght-agent config check' },
  action_GhtWatchdog: { fr: '▸ rétablir Prometheus', en: '▸ repair Prometheus' },
} as const satisfies Record<string, Text>;
