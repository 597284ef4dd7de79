// Why a C-ECHO went well or not, in the words of PS3.7 and PS3.8.
#pragma once

#include <array>
#include <string_view>

#include "agent/core/reason.h"

namespace ght::collectors::dicom {

inline constexpr std::string_view ok = "dicom_ok";
inline constexpr std::string_view rejected = "dicom_rejected";
inline constexpr std::string_view rejected_no_reason = "dicom_rejected_no_reason";
inline constexpr std::string_view rejected_context = "dicom_rejected_application_context";
inline constexpr std::string_view rejected_calling_ae = "dicom_rejected_calling_ae";
inline constexpr std::string_view rejected_called_ae = "dicom_rejected_called_ae";
inline constexpr std::string_view rejected_protocol = "dicom_rejected_protocol_version";
inline constexpr std::string_view rejected_congestion = "dicom_rejected_congestion";
inline constexpr std::string_view rejected_limit = "dicom_rejected_local_limit";
inline constexpr std::string_view aborted = "dicom_aborted";
inline constexpr std::string_view not_accepted = "dicom_not_accepted";
inline constexpr std::string_view not_accepted_user = "dicom_not_accepted_user";
inline constexpr std::string_view not_accepted_abstract = "dicom_not_accepted_abstract_syntax";
inline constexpr std::string_view not_accepted_transfer = "dicom_not_accepted_transfer_syntax";
inline constexpr std::string_view status_not_success = "dicom_status";
inline constexpr std::string_view unexpected = "dicom_unexpected";
inline constexpr std::string_view malformed = "dicom_malformed";

// Rejections show "result/source/reason" as {value}, so that both sides' logs can be compared.
inline constexpr auto reason_texts = std::to_array<ReasonText>({
    {ok, "C-ECHO réussi avec l'AE {value}", "C-ECHO succeeded with the AE {value}"},
    {rejected, "association refusée (A-ASSOCIATE-RJ {value})",
     "association rejected (A-ASSOCIATE-RJ {value})"},
    {rejected_no_reason, "association refusée sans motif (A-ASSOCIATE-RJ {value})",
     "association rejected, no reason given (A-ASSOCIATE-RJ {value})"},
    {rejected_context,
     "association refusée : contexte d'application non pris en charge (A-ASSOCIATE-RJ {value})",
     "association rejected: application context name not supported (A-ASSOCIATE-RJ {value})"},
    {rejected_calling_ae,
     "association refusée : titre d'AE appelant {expected} non reconnu (A-ASSOCIATE-RJ {value})",
     "association rejected: calling AE title {expected} not recognized (A-ASSOCIATE-RJ {value})"},
    {rejected_called_ae,
     "association refusée : titre d'AE appelé {expected} non reconnu (A-ASSOCIATE-RJ {value})",
     "association rejected: called AE title {expected} not recognized (A-ASSOCIATE-RJ {value})"},
    {rejected_protocol,
     "association refusée : version du protocole non prise en charge (A-ASSOCIATE-RJ {value})",
     "association rejected: protocol version not supported (A-ASSOCIATE-RJ {value})"},
    {rejected_congestion, "association refusée : saturation temporaire (A-ASSOCIATE-RJ {value})",
     "association rejected: temporary congestion (A-ASSOCIATE-RJ {value})"},
    {rejected_limit, "association refusée : limite locale dépassée (A-ASSOCIATE-RJ {value})",
     "association rejected: local limit exceeded (A-ASSOCIATE-RJ {value})"},
    {aborted, "association interrompue par le serveur (A-ABORT : {value})",
     "association aborted by the server (A-ABORT: {value})"},
    {not_accepted, "association acceptée, mais C-ECHO refusé sans motif",
     "association accepted, but C-ECHO refused without a reason"},
    {not_accepted_user, "association acceptée, mais C-ECHO refusé par l'application",
     "association accepted, but C-ECHO refused by the application (user-rejection)"},
    {not_accepted_abstract,
     "association acceptée, mais C-ECHO non pris en charge (syntaxe abstraite)",
     "association accepted, but C-ECHO is not supported (abstract syntax)"},
    {not_accepted_transfer,
     "association acceptée, mais aucune syntaxe de transfert proposée n'est prise en charge",
     "association accepted, but none of the proposed transfer syntaxes is supported"},
    {status_not_success, "C-ECHO a échoué : statut {value} au lieu de {expected}",
     "C-ECHO failed: status {value} instead of {expected}"},
    {unexpected, "{value} reçu au lieu de {expected}", "received {value} instead of {expected}"},
    {malformed, "réponse DICOM illisible : {value}", "DICOM answer not readable: {value}"},
});

}  // namespace ght::collectors::dicom
