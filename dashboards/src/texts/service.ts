// The GHT overview and the on-call page.
import type { Text } from '.';

export const overview = {
  overview_name: { fr: "GHT · vue d'ensemble", en: 'GHT · overview' },
  overview_help: {
    fr: "Les six activités d'hébergement : état, disponibilité du mois, budget, éléments de preuve. Le niveau de service est celui du contrat.",
    en: 'The six hosting activities: state, availability of the month, budget, evidence. The service level is the one of the contract.',
  },
  bad_now_title: { fr: 'Contrôles en défaut', en: 'Checks bad' },
  bad_now_help: { fr: 'Contrôles en défaut maintenant, hors maintenance et plages sans service.', en: 'Checks bad now, outside maintenance and out-of-service hours.' },
  unknown_now_title: { fr: 'Contrôles inconnus', en: 'Checks unknown' },
  unknown_now_help: {
    fr: "Contrôles dont l'état n'est pas connu maintenant, ceux des hôtes muets compris. Inconnu n'est jamais bon.",
    en: 'Checks whose state is not known now, those of silent hosts included. Unknown is never good.',
  },
  silent_title: { fr: 'Hôtes muets', en: 'Silent hosts' },
  silent_help: { fr: "Hôtes de l'inventaire dont l'agent ne répond pas à Prometheus.", en: 'Hosts of the inventory whose agent does not answer Prometheus.' },
  critical_title: { fr: 'Alertes critiques', en: 'Critical alerts' },
  critical_help: {
    fr: "Alertes critiques ouvertes. « Non démontré » quand personne n'évalue les règles : l'absence d'alerte ne prouve alors rien.",
    en: 'Critical alerts that are open. "Not demonstrated" when nobody evaluates the rules: then the absence of alerts proves nothing.',
  },
  proof_title: { fr: 'Preuves apportées', en: 'Proof brought' },
  proof_help: {
    fr: "Part des preuves attendues qui sont apportées maintenant (un hôte doit une preuve pour chacune des activités que l'inventaire lui donne).",
    en: 'Part of the expected proof that is brought now (a host owes one for each activity that the inventory gives it).',
  },
  worst_title: { fr: 'Plus petit budget restant', en: 'Least budget left' },
  worst_help: {
    fr: "Site dont un contrôle a le plus petit budget d'indisponibilité restant ce mois-ci, l'inconnu compté comme indisponible. Négatif : dépassé.",
    en: 'Site with the check that has the least down time left this month, unknown counted as down. Negative: exceeded.',
  },
    six_title: { fr: "Les six activités d'hébergement, ce mois-ci", en: 'The six hosting activities, this month' },
  six_help: {
    fr: "Disponibilité du mois en cours, mise en commun sur tous les contrôles : borne basse (l'inconnu compte comme indisponible), borne haute (comme disponible), couverture (part observée). Garanti : le niveau le plus strict des contrôles. Budget restant : minutes d'indisponibilité encore permises au contrôle le plus entamé. Sans preuve : hôtes qui doivent prouver l'activité et ne prouvent rien maintenant. Verdict : le pire des contrôles ; « en cours » tant que le budget suffit et que le mois n'est pas fini.",
    en: 'Availability of the month under way, pooled over all checks: lower bound (unknown counts as down), upper bound (as up), coverage (part observed). Guaranteed: the strictest level of the checks. Budget left: minutes of down time still allowed to the check with the least. No proof: hosts that owe proof of the activity and bring none now. Verdict: the worst of the checks; "running" while the budget holds and the month is not over.',
  },
  matrix_now_title: { fr: 'Maintenant, par site et activité', en: 'Now, by site and activity' },
  matrix_now_help: {
    fr: "Pire état des contrôles du site pour l'activité ; « inconnu » aussi quand un hôte ne prouve pas ce qu'il doit ; « hors compte » : maintenance ou hors plage de service. Un clic sur le site ouvre le tableau d'astreinte.",
    en: 'Worst state of the checks of the site for the activity; "unknown" also when a host does not prove what it owes; "not counted": maintenance or out of service hours. A click on the site opens the on-call dashboard.',
  },
  matrix_month_title: { fr: 'Niveau garanti ce mois-ci, par site et activité', en: 'Guaranteed level this month, by site and activity' },
  matrix_month_help: {
    fr: "Verdict du pire contrôle. « En cours » : le budget suffit, même si tout l'inconnu était indisponible. « Indéterminé » : il ne suffit que si l'inconnu était disponible.",
    en: 'Verdict of the worst check. "Running": the budget holds even if all that is unknown was down. "Undetermined": it holds only if what is unknown was up.',
  },
  lower_title: { fr: 'Disponibilité du mois (borne basse), par activité', en: 'Availability of the month (lower bound), by activity' },
  lower_help: {
    fr: "Part du temps engagé depuis le début du mois où le service était bon ; l'inconnu compte comme indisponible. La courbe repart au premier du mois.",
    en: 'Part of the committed time since the beginning of the month in which the service was good; unknown counts as down. The curve starts again with each month.',
  },
  bad_title: { fr: 'Contrôles en défaut, par site', en: 'Checks bad, by site' },
  bad_help: { fr: 'Nombre de contrôles en défaut dans chaque site. Une courbe interrompue : personne ne le sait.', en: 'Number of checks bad in each site. Where a curve is interrupted, nobody knows.' },
  reading_title: { fr: 'Comment lire', en: 'How to read' },
  reading_help: { fr: 'Sens des mots et des chiffres de ce tableau.', en: 'Meaning of the words and figures of this dashboard.' },
  reading_text: {
    fr: `- **Non démontré** : aucun élément de preuve. Jamais « bon », jamais zéro.
- **Borne basse / haute** : disponibilité si le temps inconnu était indisponible / disponible. Maintenance et heures hors plage de service ne comptent ni d'un côté ni de l'autre.
- **Budget** : indisponibilité que le niveau garanti permet encore ce mois-ci ; négatif, il est dépassé.
- Le relevé qui fait foi est celui de l'agent (\`ght-agent report\`) ; ce tableau le montre. Ce sont des éléments de preuve : le niveau de service est celui du contrat.`,
    en: `- **Not demonstrated**: no evidence. Never "good", never zero.
- **Lower / upper bound**: availability if the unknown time was down / up. Maintenance and time out of service hours count on neither side.
- **Budget**: down time that the guaranteed level still allows this month; negative when it is exceeded.
- The record that counts is the agent's (\`ght-agent report\`); this dashboard shows it. All this is evidence: the service level is the one of the contract.`,
  },
  alerts_title: { fr: 'Alertes ouvertes', en: 'Open alerts' },
  alerts_help: {
    fr: "Alertes critiques (à traiter tout de suite) et avertissements (en heures ouvrées). Le lien de la dernière colonne ouvre la procédure. Budget restant : minutes encore permises au contrôle ce mois-ci.",
    en: "Critical alerts (act at once) and warnings (in office hours). The link in the last column opens the runbook. Budget left: minutes still allowed to the check this month.",
  },
} as const satisfies Record<string, Text>;

export const oncall = {
  oncall_name: { fr: 'GHT · astreinte', en: 'GHT · on-call' },
  oncall_help: {
    fr: 'Un écran pour trois heures du matin : ce qui est en défaut, depuis quand, que faire, et les dernières sauvegardes.',
    en: 'One screen for 3 a.m.: what is bad, since when, what to do, and the last backups.',
  },
  trouble_title: { fr: 'En défaut, inconnu ou muet maintenant', en: 'Bad, unknown or silent now' },
  trouble_help: {
    fr: "Tous les contrôles en défaut ou inconnus et les hôtes muets, qu'une alerte soit ouverte ou non. Depuis : première évaluation des règles qui l'a vu.",
    en: 'All checks that are bad or unknown and all silent hosts, with an alert or without. Since: the first evaluation of the rules that saw it.',
  },
  watching_title: { fr: 'Supervision', en: 'Monitoring' },
  watching_help: {
    fr: "Dit si les règles d'alerte sont évaluées (alerte témoin). « Non démontré » : l'absence d'alerte ne prouve rien.",
    en: 'Whether the alert rules are being evaluated (the alert that always fires). "Not demonstrated": the absence of alerts proves nothing.',
  },
  watching_yes: { fr: '✓ active', en: '✓ active' },
} as const satisfies Record<string, Text>;
