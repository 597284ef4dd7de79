"""What the dashboards must show at NOW, worked out by hand from scenario.py: not one line of the generator's arithmetic.

At 03:12 on 24 November local time the month is 23 days, 3 hours and 12 minutes old; November has 30 days, five of
them Sundays, and until then 19 of its days from Monday to Saturday are over.
"""
MINUTE, HOUR, DAY = 60, 3600, 86400
ELAPSED = 23 * DAY + 3 * HOUR + 12 * MINUTE
LAB = 19 * 13 * HOUR  # open from 7 to 20
BUDGET = {  # minutes left
    "dpi": 43.2 - 22 - 25, "pacs": 43.2 - 8, "lab": 25 * 13 * 60 / 1000 - 12, "ris": 0.005 * 30 * 1440 - 60 - 180,
    "pharmacy": 0.002 * 30 * 1440 - 67,
}
# The pharmacy's host fell silent 67 minutes ago. From its last scrape to the first evaluation of the rules that missed it
# nobody counts: up to one step of four minutes and one scrape.
SILENCE = 67 * MINUTE
SLACK = 5 * MINUTE

# Application platform: five checks around the clock and the laboratory's. Minutes bad: 22 + 25 (DPI), 8 (PACS), 12 (laboratory),
# 60 (RIS); unknown: 180 (RIS), and the silence.
COMMITTED = 5 * ELAPSED + LAB
BAD = (22 + 25 + 8 + 12 + 60) * MINUTE
UNKNOWN = 180 * MINUTE + SILENCE
PLATFORM = {
    "lower": (COMMITTED - BAD - UNKNOWN) / COMMITTED,
    "upper": (COMMITTED - BAD) / COMMITTED,
    "coverage": (COMMITTED - UNKNOWN) / COMMITTED,
    "tolerance": 2 * SLACK / COMMITTED,
}
NORTH_PLATFORM = (2 * ELAPSED - (22 + 25 + 8) * MINUTE) / (2 * ELAPSED)

# Hosts of the inventory that owe proof of an activity, and those that bring none now.
EXPECTED = {"physical_sites": 2, "hardware": 2, "virtual_infrastructure": 2, "application_platform": 6, "administration": 9, "backup": 8}
WITHOUT = {"physical_sites": 0, "hardware": 0, "virtual_infrastructure": 0, "application_platform": 1, "administration": 3, "backup": 3}
PROOF = 1 - 7 / 29

COUNTS = {  # (page, title): value of the single figure
    ("overview", "Contrôles en défaut"): 6,  # DPI portal, laboratory's and GED's backups, srv-dpi-02: patches, reboot, system
    ("overview", "Contrôles inconnus"): 6,  # RIS: patches and backup; the three of the silent pharmacy; laboratory's table
    ("overview", "Hôtes muets"): 2,  # pharmacy, annexe
    ("overview", "Preuves apportées"): PROOF,
    ("overview", "Plus petit budget restant"): BUDGET["ris"],
    ("oncall", "Contrôles en défaut"): 6,
    ("oncall", "Contrôles inconnus"): 6,
    ("oncall", "Hôtes muets"): 2,
    ("oncall", "Hors PDMA"): 2,  # laboratory, and GED that never succeeded
    ("oncall", "Supervision"): 1,
    ("backups", "Sauvegardes attendues"): 9,
    ("backups", "Dans la PDMA"): 4,
    ("backups", "Hors PDMA"): 2,
    ("backups", "Jamais réussies"): 1,
    ("backups", "Non démontrées"): 3,  # RIS unreadable, pharmacy silent, annexe without any
    ("backups", "La plus avancée dans sa PDMA"): (73 + 12 / 60) / 26,
    ("backups", "Règle 3-2-1-1-0 complète"): 1,  # DPI
    ("backups", "Sans copie hors site prouvée"): 4,  # laboratory, GED, RIS unreadable, pharmacy silent
    ("backups", "Tests de restauration en retard"): 1,  # laboratory
    ("backups", "Dernier passage en échec"): 1,  # laboratory
    ("backups", "Inhabituelles"): 1,  # the files of the PACS' copy off site
    ("backups", "En cours"): 1,  # GED
    ("patches", "Hôtes en retard"): 1,  # srv-dpi-02
    ("patches", "Failles exploitées"): 1,  # srv-dpi-02
    ("patches", "Redém. hors délai"): 1,  # srv-dpi-02
    ("patches", "Systèmes obsolètes"): 1,  # srv-dpi-02
    ("patches", "Hôtes non démontrés"): 4,  # RIS, pharmacy, annexe; laboratory's support table
    ("patches", "Listes trop anciennes"): 1,  # RIS
    ("patches", "Correctifs de sécurité en attente"): 3 + 12 + 1 + 1,  # the last one held back
    ("patches", "Plus ancienne faille ouverte"): 9 + (20 + 12 / 60) / 24,  # 14 November 07:00
    ("patches", "Redémarrages en attente"): 2,
    ("patches", "Logiciels obsolètes"): 1,  # PostgreSQL 13 of srv-dpi-02
    ("patches", "En dérogation"): 1,
    ("patches", "Fin de dérogation"): 20 + (20 + 48 / 60) / 24,  # 15 December 00:00
}

SITES = ["annexe", "centre", "nord", "principal", "sud"]
ACTIVITIES = ["physical_sites", "hardware", "virtual_infrastructure", "application_platform", "administration", "backup"]
_ = None  # nothing is known: "non démontré"
NOW = {  # state codes: 0 good, 1 unknown, 2 bad, 3 not counted
    "annexe": [_, _, _, _, _, _],
    "centre": [0, 0, 3, 1, 1, 2],
    "nord": [0, 0, 0, 2, 0, 0],
    "principal": [_, _, _, 0, 1, 2],
    "sud": [_, _, _, 0, 2, 0],
}
MONTH = {  # verdict codes: 0 breached, 1 undetermined, 2 met, 3 running, 9 no level
    "annexe": [_, _, _, _, _, _],
    "centre": [9, 3, 3, 3, 9, 9],
    "nord": [3, 3, 3, 0, 9, 9],
    "principal": [_, _, _, 1, 9, 9],
    "sud": [_, _, _, 3, 9, 9],
}

# Backups: score, then 3-2-1-1-0 (0 met, 1 missing), age of the copy off site in hours, days since a restore test succeeded.
RULE = {
    "dpi": [5, 0, 0, 0, 0, 0, 22 + 12 / 60, 64 + (17 + 12 / 60 + 1) / 24],
    "pacs": [2, 0, 1, 0, 1, 1, 21 + 12 / 60, _],
    "sgl": [0, 1, 1, 1, 1, 1, _, 317 + (17 + 12 / 60) / 24],
    "ged": [0, 1, 1, 1, 1, 1, _, _],
    "ris": [0, _, _, _, _, _, _, _],
    "pharmacie": [0, _, _, _, _, _, _, _],
}

# Hosts of the page of patches: days until an update is overdue (1e9: none, as far as is known), exploited, code of the reboot
# (0 none, 1 not known, 2 pending, 3 overdue), code of the system's support (0 yes, 1 not known, 2 ends soon, 3 ended).
NONE = 1e9
HOSTS = {
    "srv-dpi-01": [4 + (3 + 18 / 60) / 24, 0, 0, 0],
    "srv-pacs-01": [NONE, _, 2, 0],
    "srv-dpi-02": [-(2 + (20 + 12 / 60) / 24), 1, 3, 3],
    "srv-sauve-01": [NONE, _, 0, 0],
    "srv-lab-01": [5 + (2 + 48 / 60) / 24, _, 0, 1],  # the table that names its end is too old
    "srv-ris-01": [2 + (2 + 48 / 60) / 24, _, 1, 1],  # what is known to be pending stays true
    "srv-ged-01": [NONE, _, 1, 1],
    "srv-pharma-01": [_, _, 1, 1],
    "srv-annexe-01": [_, _, 1, 1],
}
# (host, software): code of its support, days left.
SOFTWARE = {
    ("srv-dpi-01", "postgresql"): [0, 583 + (21 + 48 / 60) / 24],
    ("srv-dpi-01", "temurin"): [0, 340 + (21 + 48 / 60) / 24],
    ("srv-pacs-01", "mariadb"): [2, 39 + (21 + 48 / 60) / 24],
    ("srv-pacs-01", "orthanc"): [1, _],
    ("srv-dpi-02", "postgresql"): [3, -(85 + (2 + 12 / 60) / 24)],
    ("srv-lab-01", "php"): [2, 36 + (21 + 48 / 60) / 24],  # the table is too old, and the end near all the same
}
