// The settings and the reasons of the collector bacula, beside those of every backup.
#pragma once

#include <array>
#include <cstddef>

#include "agent/core/field.h"
#include "agent/core/reason.h"

namespace ght::collectors::bacula {

inline constexpr std::size_t most_jobs = 64;  // of one check: so many have a history in its memory

inline constexpr double day = 86'400;

inline constexpr auto own_settings = std::to_array<Field>({
    {.key = "connection",
     .kind = FieldKind::text,
     .need = Need::required,
     .min = 1,
     .max = 1024,
     .help = "Where the catalogue is, as libpq takes it (host=db1 dbname=bacula user=ght_agent), "
             "without a password."},
    {.key = "password_file",
     .kind = FieldKind::path,
     .help = "File of passwords as libpq takes it (host:port:database:user:password), which only "
             "the agent may read."},
    {.key = "jobs",
     .kind = FieldKind::text_list,
     .need = Need::required,
     .min = 1,
     .max = most_jobs,
     .help = "Names of backup jobs; * and ? stand for any characters and for one."},
    {.key = "accept_warnings",
     .kind = FieldKind::boolean,
     .fallback = "false",
     .help = "Whether a backup that ended with warnings (files not read) counts as complete."},
    {.key = "full_max_age",
     .kind = FieldKind::duration,
     .min = 60,
     .max = 3660 * day,
     .help = "Age that the newest complete Full may reach."},
    {.key = "max_wait",
     .kind = FieldKind::duration,
     .min = 60,
     .max = 31 * day,
     .help =
         "How long a running job may wait for a volume; needs the right to read the table Log."},
    {.key = "statement_timeout",
     .kind = FieldKind::duration,
     .fallback = "\"30s\"",
     .min = 1,
     .max = 600,
     .help = "After so long the server gives up on the query."},
});

inline constexpr auto own_reasons = std::to_array<ReasonText>({
    {"bacula_wrong_password", "mot de passe du catalogue refusé : {value}",
     "password of the catalogue refused: {value}"},
    {"bacula_password_file",
     "fichier de mots de passe absent, lisible par d'autres (chmod 600) ou sans ligne qui convient "
     ": {value}",
     "password file missing, readable by others (chmod 600) or without a line that fits: {value}"},
    {"bacula_access_denied", "accès au catalogue refusé (droits, pg_hba.conf ou TLS) : {value}",
     "access to the catalogue denied (rights, pg_hba.conf or TLS): {value}"},
    {"bacula_no_catalogue", "aucun catalogue Bacula ou Bareos dans cette base : {value}",
     "no Bacula or Bareos catalogue in this database: {value}"},
    {"bacula_unreachable", "base du catalogue injoignable : {value}",
     "the catalogue's database cannot be reached: {value}"},
    {"bacula_busy", "la base du catalogue est occupée et n'a pas répondu à temps : {value}",
     "the catalogue's database is busy and did not answer in time: {value}"},
    {"bacula_connection", "réglage « connection » refusé par libpq : {value}",
     "setting \"connection\" refused by libpq: {value}"},
    {"bacula_version", "version {value} des tables du catalogue inconnue",
     "version {value} of the catalogue's tables is not known"},
    {"bacula_too_many_jobs", "{value} jobs trouvés, {expected} au plus par contrôle : à répartir",
     "{value} jobs found, at most {expected} in one check: split it"},
    {"bacula_no_full",
     "aucune sauvegarde complète (Full) avant la dernière, {value} : pas restaurable",
     "no complete Full before the newest backup, {value}: it cannot be restored"},
    {"bacula_volume_gone", "le volume {value} de la dernière sauvegarde est purgé ou recyclé",
     "the volume {value} of the newest backup is purged or recycled"},
    {"bacula_full_too_old",
     "dernière sauvegarde complète (Full) il y a {value}, au-delà de {expected}",
     "last Full backup {value} ago, beyond {expected}"},
    {"bacula_waits_for_volume",
     "la sauvegarde attend un volume (bande) depuis {value} (maximum : {expected})",
     "the backup has been waiting for a volume (tape) for {value} (maximum: {expected})"},
});

}  // namespace ght::collectors::bacula
