// The page of patches: updates, restarts, ends of maintenance.
import type { Text } from '.';

const allKnown = {
  fr: "« ✓ aucun » : c'est su de tous les hôtes. « ? aucun connu » : seulement d'une partie.",
  en: '"✓ none": known of all hosts. "? none known": of some only.',
} as const;

export const patches = {
  patches_name: { fr: 'GHT · correctifs', en: 'GHT · patches' },
  patches_page_help: {
    fr: 'Correctifs de sécurité et leur échéance, failles exploitées, dérogations, redémarrages, fin de maintenance des systèmes et des logiciels.',
    en: 'Security updates and when they are due, exploited vulnerabilities, waivers, reboots, end of maintenance of systems and software.',
  },
  none_known: { fr: '? aucun connu', en: '? none known' },
  unknown_short: { fr: '?', en: '?' },
  none_known_dated: { fr: 'aucune connue', en: 'none known' },
  overdue_title: { fr: 'Hôtes en retard', en: 'Hosts overdue' },
  overdue_help: {
    fr: `Hôtes dont un correctif de sécurité, hors dérogations, a passé le délai admis pour lui (gravité, faille exploitée, délai général). ${allKnown.fr}`,
    en: `Hosts of which a security update, waived ones aside, has passed the time allowed for it (severity, exploited, general limit). ${allKnown.en}`,
  },
  exploited_title: { fr: 'Failles exploitées', en: 'Exploited holes' },
  exploited_help: {
    fr: `Hôtes où manque un correctif d'une vulnérabilité connue comme exploitée, retenu ou en dérogation compris. Un catalogue de plus de 30 jours ne prouve pas qu'il n'y en a aucune. ${allKnown.fr}`,
    en: `Hosts without an update against a vulnerability known to be exploited, held back and waived ones included. A catalogue older than 30 days does not prove that there is none. ${allKnown.en}`,
  },
  reboot_late_title: { fr: 'Redém. hors délai', en: 'Reboots overdue' },
  reboot_late_help: {
    fr: `Hôtes à redémarrer depuis plus longtemps que leur contrôle ne l'admet : ce qui est installé ne protège pas encore. ${allKnown.fr}`,
    en: `Hosts to be restarted for longer than their check allows: what is installed does not protect yet. ${allKnown.en}`,
  },
  os_ended_title: { fr: 'Systèmes obsolètes', en: 'Systems past end' },
  os_ended_help: {
    fr: `Hôtes dont le système ne reçoit plus de correctifs : la dernière phase de maintenance qui compte est finie. ${allKnown.fr}`,
    en: `Hosts whose system gets no more updates: the last phase of support that counts has ended. ${allKnown.en}`,
  },
  patch_unproven_title: { fr: 'Hôtes non démontrés', en: 'Hosts not demonstrated' },
  patch_unproven_help: {
    fr: "Hôtes dont on ne sait pas s'il manque des correctifs (listes périmées, agent muet, aucun contrôle), ou dont un contrôle de correctifs, de redémarrage ou de maintenance est inconnu.",
    en: 'Hosts of which nobody knows whether updates are missing (stale lists, silent agent, no check), or of which a check of updates, reboot or support is unknown.',
  },
  stale_title: { fr: 'Listes trop anciennes', en: 'Package lists too old' },
  stale_help: {
    fr: `Hôtes dont les listes de paquets de sécurité sont plus vieilles que le contrôle ne l'admet : ce qui est plus récent n'est pas connu. ${allKnown.fr}`,
    en: `Hosts whose security package lists are older than the check allows: what is newer is not known. ${allKnown.en}`,
  },
  security_title: { fr: 'Correctifs de sécurité en attente', en: 'Security updates pending' },
  security_help: {
    fr: `Sur tous les hôtes connus, retenus et en dérogation compris. ${allKnown.fr}`,
    en: `On all hosts that are known, held back and waived ones included. ${allKnown.en}`,
  },
  oldest_title: { fr: 'Plus ancienne faille ouverte', en: 'Oldest open hole' },
  oldest_help: {
    fr: 'Temps depuis que le plus ancien correctif de sécurité non installé est en attente, hors dérogations.',
    en: 'Time since which the oldest security update that is not installed has been pending, waived ones aside.',
  },
  reboot_title: { fr: 'Redémarrages en attente', en: 'Reboots pending' },
  reboot_help: {
    fr: `Hôtes à redémarrer pour que les correctifs prennent effet, dans les délais ou non. ${allKnown.fr}`,
    en: `Hosts to restart for updates to take effect, overdue or not. ${allKnown.en}`,
  },
  software_ended_title: { fr: 'Logiciels obsolètes', en: 'Software past its end' },
  software_ended_help: {
    fr: `Logiciels installés dont la dernière fin de maintenance connue est passée, un par hôte et version. ${allKnown.fr}`,
    en: `Installed software whose last known end of support is past, one a host and version. ${allKnown.en}`,
  },
  waived_title: { fr: 'En dérogation', en: 'Updates waived' },
  waived_help: {
    fr: `Correctifs de sécurité non installés qu'une dérogation sort du verdict, jusqu'à son terme. ${allKnown.fr}`,
    en: `Security updates not installed that a waiver takes out of the verdict, until it ends. ${allKnown.en}`,
  },
  waiver_end_title: { fr: 'Fin de dérogation', en: 'Next waiver end' },
  waiver_end_help: {
    fr: 'Temps qui reste avant que la première dérogation en usage prenne fin ; ses correctifs comptent alors de nouveau.',
    en: 'Time left until the first waiver in use ends; its updates then count again.',
  },

  patch_table_title: { fr: 'Hôtes et correctifs', en: 'Hosts and updates' },
  patch_table_help: {
    fr: "Tous les hôtes qui ont un contrôle de correctifs, de redémarrage ou de maintenance, ou doivent une preuve d'administration. Maintenant : le pire de ces contrôles. Échéance : temps avant que le premier correctif de sécurité passe son délai ; négatif et rouge, il l'a passé. Retenus : correctifs de sécurité gelés ou bloqués. Exploités : « ? » sans catalogue récent. Âge/délai : des listes de paquets. Réussie : dernière installation automatique.",
    en: 'All hosts that have a check of updates, reboot or support, or owe proof of administration. Now: the worst of these checks. Due in: time until the first security update passes its limit; negative and red, it has. Held back: security updates on hold or blocked. Exploited: "?" without a recent catalogue. Age/limit: of the package lists. Succeeded: the last automatic installation.',
  },
  none_due: { fr: '✓ aucune', en: '✓ none' },
  column_due_left: { fr: 'Échéance dans', en: 'Due in' },
  column_limit_used: { fr: 'Âge/délai', en: 'Age/limit' },
  column_security: { fr: 'De sécurité', en: 'Security' },
  column_withheld: { fr: 'Retenus', en: 'Held back' },
  column_waived: { fr: 'Dérogation', en: 'Waived' },
  column_exploited: { fr: 'Exploités', en: 'Exploited' },
  column_other: { fr: 'Autres', en: 'Other' },
  column_metadata: { fr: 'Âge des listes', en: 'Age of lists' },
  column_automatic: { fr: 'Automatique', en: 'Automatic' },
  column_automatic_age: { fr: 'Réussie il y a', en: 'Succeeded' },
  automatic_on: { fr: '✓ active', en: '✓ on' },
  automatic_off: { fr: '! inactive', en: '! off' },

  host_table_title: { fr: 'Redémarrages et fin de maintenance du système', en: 'Reboots and end of support of the system' },
  host_table_help: {
    fr: "Les mêmes hôtes ; Maintenant : comme ci-dessus. Délai : celui du contrôle de redémarrage. À relancer : services, conteneurs et sessions qui exécutent du code remplacé. Reste : jours avant la fin de la dernière phase de maintenance qui compte ; négatif, elle est passée. Une fin à venir tirée d'une table trop ancienne n'est pas montrée.",
    en: 'The same hosts; Now: as above. Limit: that of the reboot check. To restart: services, containers and sessions that run replaced code. Left: days until the last phase of support that counts ends; negative, it has ended. An end to come from a table that is too old is not shown.',
  },
  column_reboot: { fr: 'Redémarrage', en: 'Reboot' },
  reboot_no: { fr: '✓ non requis', en: '✓ not required' },
  reboot_yes: { fr: '↻ en attente', en: '↻ pending' },
  reboot_late: { fr: '✕ hors délai', en: '✕ overdue' },
  column_reboot_since: { fr: 'Requis depuis', en: 'Required for' },
  column_limit: { fr: 'Délai', en: 'Limit' },
  column_kernel: { fr: 'Noyau', en: 'Kernel' },
  kernel_current: { fr: '✓ à jour', en: '✓ current' },
  kernel_outdated: { fr: '↻ dépassé', en: '↻ outdated' },
  column_services: { fr: 'À relancer', en: 'To restart' },
  column_support: { fr: 'Maintenance', en: 'Support' },
  column_support_left: { fr: 'Reste', en: 'Left' },
  support_maintained: { fr: '✓ assurée', en: '✓ maintained' },
  support_soon: { fr: '! finit bientôt', en: '! ends soon' },
  support_ended: { fr: '✕ finie', en: '✕ ended' },
  column_os: { fr: 'Système', en: 'System' },

  software_title: { fr: 'Logiciels et fin de maintenance', en: 'Software and end of support' },
  software_help: {
    fr: "Logiciels de la table de maintenance trouvés installés, ce qui est fini d'abord. La fin est la dernière qui soit connue. « Non démontré » : fin inconnue, ou à venir selon une table trop ancienne. Fourni par : celui dont viennent les correctifs.",
    en: 'Software of the support table that was found installed, what has ended first. The end is the last that is known. "Not demonstrated": no known end, or one to come from a table that is too old. From: who makes its updates.',
  },
  column_software: { fr: 'Logiciel', en: 'Software' },
  column_version: { fr: 'Version', en: 'Version' },
  column_origin: { fr: 'Fourni par', en: 'From' },
  origin_release: { fr: 'le système', en: 'the release' },
  origin_distribution: { fr: 'la distribution', en: 'the distribution' },
  origin_other: { fr: 'un autre', en: 'another' },

  oldest_bars_title: { fr: 'Plus ancienne faille rapportée au délai', en: 'Oldest hole against its limit' },
  oldest_bars_help: {
    fr: 'Âge du plus ancien correctif de sécurité en attente, rapporté au délai général du contrôle : les dix hôtes les plus avancés ; au-delà de 100 % il est dépassé. Une gravité peut avoir un délai plus court.',
    en: 'Age of the oldest pending security update against the general limit of the check: the ten hosts furthest into it; beyond 100% it is exceeded. A severity may have a shorter limit.',
  },
  oldest_curves_title: { fr: 'Plus ancienne faille rapportée au délai, au fil du temps', en: 'Oldest hole against its limit, over time' },
  oldest_curves_help: { fr: 'La courbe retombe quand le correctif est installé ; au-dessus du trait, le délai est dépassé.', en: 'The curve falls when the update is installed; above the line the limit is exceeded.' },
  security_curves_title: { fr: 'Correctifs de sécurité en attente, par site', en: 'Security updates pending, by site' },
  security_curves_help: { fr: "Somme sur les hôtes du site dont l'état est connu.", en: 'Sum over the hosts of the site whose state is known.' },
  severity_curves_title: { fr: 'Correctifs de sécurité en attente, par gravité', en: 'Security updates pending, by severity' },
  severity_curves_help: {
    fr: "Somme sur les hôtes dont la distribution dit la gravité (dnf) ; ceux d'apt n'y sont pas.",
    en: 'Sum over the hosts whose distribution tells the severity (dnf); those of apt are not in it.',
  },
  patch_critical: { fr: 'critique', en: 'critical' },
  patch_important: { fr: 'importante', en: 'important' },
  patch_moderate: { fr: 'modérée', en: 'moderate' },
  patch_low: { fr: 'faible', en: 'low' },
  patch_unrated: { fr: 'non précisée', en: 'not told' },
} as const satisfies Record<string, Text>;
