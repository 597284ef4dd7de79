// The closed list of reasons that the agent itself and its probes give. A collector adds its own
// in its own table (Collector::reasons); codes are unique over all tables (a test checks it).
#pragma once

#include <array>
#include <string_view>

#include "agent/core/reason.h"

namespace ght::reasons {

// the agent itself
inline constexpr std::string_view never_run = "never_run";
inline constexpr std::string_view stale = "stale";
inline constexpr std::string_view agent_stopped = "agent_stopped";
inline constexpr std::string_view host_down = "host_down";
inline constexpr std::string_view clock_step = "clock_step";
inline constexpr std::string_view check_timeout = "check_timeout";
inline constexpr std::string_view collector_error = "collector_error";
// helpers
inline constexpr std::string_view helper_not_started = "helper_not_started";
inline constexpr std::string_view helper_refused = "helper_refused";
inline constexpr std::string_view helper_failed = "helper_failed";
inline constexpr std::string_view helper_signalled = "helper_signalled";
inline constexpr std::string_view helper_timeout = "helper_timeout";
inline constexpr std::string_view helper_output_limit = "helper_output_limit";
inline constexpr std::string_view helper_stuck = "helper_stuck";
inline constexpr std::string_view helper_output_unreadable = "helper_output_unreadable";
// network probes
inline constexpr std::string_view probe_not_made = "probe_not_made";
inline constexpr std::string_view dns_nxdomain = "dns_nxdomain";
inline constexpr std::string_view dns_no_address = "dns_no_address";
inline constexpr std::string_view dns_timeout = "dns_timeout";
inline constexpr std::string_view dns_error = "dns_error";
inline constexpr std::string_view connect_refused = "connect_refused";
inline constexpr std::string_view connect_timeout = "connect_timeout";
inline constexpr std::string_view connect_unreachable = "connect_unreachable";
inline constexpr std::string_view connect_error = "connect_error";
inline constexpr std::string_view connection_closed = "connection_closed";
inline constexpr std::string_view tls_timeout = "tls_timeout";
inline constexpr std::string_view tls_handshake = "tls_handshake";
inline constexpr std::string_view tls_expired = "tls_expired";
inline constexpr std::string_view certificate_expires_soon = "certificate_expires_soon";
inline constexpr std::string_view tls_not_yet_valid = "tls_not_yet_valid";
inline constexpr std::string_view tls_hostname = "tls_hostname";
inline constexpr std::string_view tls_untrusted = "tls_untrusted";
inline constexpr std::string_view ca_file_unreadable = "ca_file_unreadable";
inline constexpr std::string_view credential_unreadable = "credential_unreadable";
inline constexpr std::string_view token_refused = "token_refused";
inline constexpr std::string_view access_refused = "access_refused";
inline constexpr std::string_view answer_timeout = "answer_timeout";
inline constexpr std::string_view answer_limit = "answer_limit";
inline constexpr std::string_view icmp_unreachable = "icmp_unreachable";
inline constexpr std::string_view http_timeout = "http_timeout";
inline constexpr std::string_view http_malformed = "http_malformed";
inline constexpr std::string_view http_header_limit = "http_header_limit";
inline constexpr std::string_view http_redirect_limit = "http_redirect_limit";
inline constexpr std::string_view http_redirect_invalid = "http_redirect_invalid";

inline constexpr std::array<ReasonText, 44> common = {{
    {never_run, "pas encore exécuté depuis le démarrage de l'agent",
     "not run yet since the agent started"},
    {stale, "aucun résultat depuis {value} (attendu toutes les {expected})",
     "no result for {value} (expected every {expected})"},
    {agent_stopped, "l'agent était arrêté", "the agent was not running"},
    {host_down, "cette machine était arrêtée", "this machine was down"},
    {clock_step, "l'horloge a sauté ou la machine était suspendue",
     "the clock jumped or the machine was suspended"},
    {check_timeout, "pas de résultat dans le délai de {expected}", "no result within {expected}"},
    {collector_error, "le contrôle n'a pas pu être préparé : {value}",
     "the check could not be prepared: {value}"},
    {helper_not_started, "programme auxiliaire non démarré : {value}",
     "helper program not started: {value}"},
    {helper_refused, "commande privilégiée refusée : {value}",
     "privileged command refused: {value}"},
    {helper_failed, "le programme auxiliaire a échoué : {value}", "the helper failed: {value}"},
    {helper_signalled, "le programme auxiliaire a été tué par le signal {value}",
     "the helper was killed by signal {value}"},
    {helper_timeout, "le programme auxiliaire n'a pas fini en {expected} et a été arrêté",
     "the helper did not finish in {expected} and was killed"},
    {helper_output_limit, "le programme auxiliaire a écrit plus de {expected} et a été arrêté",
     "the helper wrote more than {expected} and was killed"},
    {helper_stuck,
     "le programme auxiliaire est bloqué dans le noyau (état D) et ne peut être arrêté",
     "the helper is stuck in the kernel (D state) and cannot be killed"},
    {helper_output_unreadable, "réponse du programme auxiliaire illisible : {value}",
     "the helper's answer is not readable: {value}"},
    {probe_not_made, "la sonde n'a pas pu être lancée depuis ce serveur : {value}",
     "the probe could not be made from this host: {value}"},
    {dns_nxdomain, "le nom {value} n'existe pas dans le DNS", "the name {value} is not in the DNS"},
    {dns_no_address, "le nom {value} n'a aucune adresse dans le DNS",
     "the name {value} has no address in the DNS"},
    {dns_timeout, "le DNS ne répond pas pour {value}", "no DNS answer for {value}"},
    {dns_error, "erreur DNS : {value}", "DNS error: {value}"},
    {connect_refused, "connexion refusée par {value}", "connection refused by {value}"},
    {connect_timeout, "pas de connexion à {value} dans le délai de {expected}",
     "no connection to {value} within {expected}"},
    {connect_unreachable, "{value} est injoignable (réseau ou hôte)",
     "{value} cannot be reached (network or host)"},
    {connect_error, "erreur de connexion : {value}", "connection error: {value}"},
    {connection_closed, "le serveur a coupé la connexion : {value}",
     "the server closed the connection: {value}"},
    {tls_timeout, "la négociation TLS n'a pas fini dans le délai de {expected}",
     "the TLS handshake did not finish within {expected}"},
    {tls_handshake, "échec de la négociation TLS : {value}", "TLS handshake failed: {value}"},
    {tls_expired, "le certificat a expiré le {value}", "the certificate expired on {value}"},
    {certificate_expires_soon, "le certificat expire le {value}, dans moins de {expected}",
     "the certificate expires on {value}, in less than {expected}"},
    {tls_not_yet_valid, "le certificat n'est pas encore valide",
     "the certificate is not yet valid"},
    {tls_hostname, "le certificat n'est pas au nom de {value}",
     "the certificate is not for {value}"},
    {tls_untrusted, "certificat non reconnu : {value}", "certificate not trusted: {value}"},
    {ca_file_unreadable, "fichier d'autorités de certification illisible : {value}",
     "CA file not readable: {value}"},
    {credential_unreadable, "fichier de secret ou de certificat client illisible : {value}",
     "file of a secret or client certificate not readable: {value}"},
    {token_refused, "le serveur n'a pas délivré de jeton d'accès : {value}",
     "the server issued no access token: {value}"},
    {access_refused, "le serveur refuse l'accès de l'agent (HTTP {value}) : rien n'est appris",
     "the server refuses the agent's access (HTTP {value}): nothing was learnt"},
    {answer_timeout, "pas de réponse complète de {value} dans le délai de {expected}",
     "no complete answer from {value} within {expected}"},
    {answer_limit, "réponse de {value} au-delà de {expected}",
     "answer from {value} over {expected}"},
    {icmp_unreachable, "{value} est injoignable (ICMP)", "{value} is unreachable (ICMP)"},
    {http_timeout, "pas de réponse complète dans le délai de {expected} (phase : {value})",
     "no complete answer within {expected} (phase: {value})"},
    {http_malformed, "réponse HTTP illisible : {value}", "HTTP answer not readable: {value}"},
    {http_header_limit, "en-têtes HTTP au-delà de {expected}", "HTTP headers over {expected}"},
    {http_redirect_limit, "plus de {expected} redirections", "more than {expected} redirects"},
    {http_redirect_invalid, "redirection refusée vers {value}", "redirect refused to {value}"},
}};

}  // namespace ght::reasons
