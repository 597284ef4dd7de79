// The page of activity 6: the 3-2-1-1-0 rule, restore tests, last runs and drift.
import type { Text } from '.';

export const backupRule = {
  rule_complete_title: { fr: 'Règle 3-2-1-1-0 complète', en: '3-2-1-1-0 complete' },
  rule_complete_help: {
    fr: "Sauvegardes dont les cinq critères sont remplis et prouvés. Une sauvegarde est celle d'un établissement, d'où qu'elle soit vue.",
    en: 'Backups of which all five criteria are met and proven. A backup is one of an establishment, from wherever it is seen.',
  },
  none_complete: { fr: '– aucune', en: '– none' },
  offsite_none_title: { fr: 'Sans copie hors site prouvée', en: 'No proven copy off site' },
  offsite_none_help: {
    fr: "Sauvegardes dont aucune copie hors site n'est prouvée dans sa PDMA : il n'y en a pas, elle est trop ancienne, ou on n'en sait rien.",
    en: 'Backups without a copy off site that is proven within its RPO: there is none, it is too old, or nothing is known.',
  },
  test_late_title: { fr: 'Tests de restauration en retard', en: 'Restore tests overdue' },
  test_late_help: {
    fr: "Sauvegardes dont le test de restauration demandé n'a jamais réussi, ou plus depuis le délai demandé. Seules celles pour lesquelles un test est demandé.",
    en: 'Backups whose wanted restore test never succeeded, or not within the time asked for. Only those of which a test is asked.',
  },
  run_failed_title: { fr: 'Dernier passage en échec', en: 'Last run failed' },
  run_failed_help: {
    fr: "Sauvegardes dont le dernier passage connu a échoué, est resté incomplet ou s'est arrêté sans rien dire, sans copie depuis.",
    en: 'Backups whose last known run failed, stayed incomplete or stopped without a word, without a copy since.',
  },
  drifted_title: { fr: 'Inhabituelles', en: 'Unusual' },
  drifted_help: {
    fr: "Dernière copie de moins de la moitié ou plus d'une fois et demie la taille médiane, de plus de trois fois la durée médiane, ou dont plus de la moitié des fichiers ont changé (rançongiciel ?).",
    en: 'Newest copy under half or over one and a half times the median size, over three times the median duration, or of which over half of the files changed (ransomware?).',
  },
  running_title: { fr: 'En cours', en: 'Running' },
  running_help: { fr: "Sauvegardes qu'un contrôle voit tourner en ce moment.", en: 'Backups that a check sees running now.' },

  rule_title: { fr: 'Règle 3-2-1-1-0, par sauvegarde', en: '3-2-1-1-0 rule, per backup' },
  rule_help: {
    fr: "3 : la production et deux copies complètes dans leur PDMA. 2 : deux supports différents parmi elles. 1 : une hors site. 1 : une inaltérable (déclarée). 0 : zéro erreur, restauration testée dans le délai demandé. Ce qui n'est pas connu n'est ni rempli ni manquant, et ne compte pas au score.",
    en: '3: production and two complete copies within their RPO. 2: two different media among them. 1: one off site. 1: one immutable (as declared). 0: zero errors, restore tested within the time asked for. What is not known is neither met nor missing, and does not count.',
  },
  criterion_met: { fr: '✓ rempli', en: '✓ met' },
  criterion_missing: { fr: '✕ manquant', en: '✕ missing' },
  test_never: { fr: '✕ jamais', en: '✕ never' },
  column_score: { fr: 'Score', en: 'Score' },
  column_copies: { fr: 'Trois copies', en: 'Three copies' },
  column_media: { fr: 'Deux supports', en: 'Two media' },
  column_offsite: { fr: 'Hors site', en: 'Off site' },
  column_immutable: { fr: 'Inaltérable', en: 'Immutable' },
  column_errors: { fr: 'Zéro erreur', en: 'Zero errors' },
  column_offsite_age: { fr: 'Âge hors site', en: 'Off-site age' },
  column_test_age: { fr: 'Dernier test', en: 'Last test' },
  column_test_used: { fr: 'Test/délai', en: 'Test/limit' },

  run_title: { fr: 'Derniers passages et dérive', en: 'Last runs and drift' },
  run_help: {
    fr: "Par dépôt : comment le dernier passage connu a fini, depuis quand un autre tourne, et l'écart à la médiane des dernières copies. « Non démontré » quand l'outil ne garde pas la fin de ses passages et que rien n'a été dit à l'agent.",
    en: 'Per repository: how the last known run ended, since when another one runs, and the distance to the median of the last copies. "Not demonstrated" when the tool does not keep how its runs ended and the agent was told nothing.',
  },
  run_succeeded: { fr: '✓ réussi', en: '✓ succeeded' },
  run_failed: { fr: '✕ en échec', en: '✕ failed' },
  column_run: { fr: 'Dernier passage', en: 'Last run' },
  column_run_age: { fr: 'Commencé il y a', en: 'Begun' },
  column_running: { fr: 'En cours depuis', en: 'Running for' },
  column_size_ratio: { fr: 'Taille/médiane', en: 'Size/median' },
  column_duration_ratio: { fr: 'Durée/médiane', en: 'Duration/median' },
  column_changed: { fr: 'Fichiers changés', en: 'Files changed' },

  offsite_curves_title: { fr: 'Âge de la copie hors site', en: 'Age of the copy off site' },
  offsite_curves_help: {
    fr: "Âge de la plus récente copie complète hors site, même hors PDMA. Une courbe interrompue : personne ne le sait.",
    en: 'Age of the newest complete copy off site, even beyond its RPO. Where a curve is interrupted, nobody knows.',
  },
  drift_curves_title: { fr: 'Taille rapportée à la médiane', en: 'Size against the median' },
  drift_curves_help: {
    fr: 'Hors des deux traits (50 et 150 %), la taille est inhabituelle : données manquantes, ou croissance.',
    en: 'Outside the two lines (50 and 150%) the size is unusual: data missing, or growth.',
  },
} as const satisfies Record<string, Text>;
