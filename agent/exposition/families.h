// The families that the agent itself gives (DESIGN 8). Those with check and activity are added by
// the SeriesSet's form with a check.
#pragma once

#include <array>
#include <string_view>

#include "agent/core/sample.h"

namespace ght::families {

inline constexpr std::array<std::string_view, 2> build_labels = {"version", "revision"};
inline constexpr std::array<std::string_view, 6> host_labels = {
    "ght", "establishment", "site", "host", "os", "kernel"};
inline constexpr std::array<std::string_view, 2> check_labels = {"collector", "title"};
inline constexpr std::array<std::string_view, 1> state_label = {"state"};
inline constexpr std::array<std::string_view, 2> month_labels = {"month", "state"};
inline constexpr std::array<std::string_view, 1> month_label = {"month"};
inline constexpr std::array<std::string_view, 1> result_label = {"result"};

// --- the agent
inline constexpr Family build_info = {
    .name = "ght_build_info", .help = "The running agent, always 1.", .labels = build_labels};
inline constexpr Family host_info = {.name = "ght_host_info",
                                     .help = "The host and where it stands, always 1.",
                                     .labels = host_labels};
inline constexpr Family start_timestamp = {
    .name = "ght_agent_start_timestamp_seconds",
    .help = "When the agent was started, in seconds since the epoch."};
inline constexpr Family reload_successful = {
    .name = "ght_agent_config_last_reload_successful",
    .help = "Whether the configuration as last read was accepted."};
inline constexpr Family reload_timestamp = {
    .name = "ght_agent_config_last_reload_success_timestamp_seconds",
    .help = "When the running configuration was accepted, in seconds since the epoch."};
inline constexpr Family web_tls_not_after = {
    .name = "ght_web_tls_not_after_timestamp_seconds",
    .help =
        "When the certificate of the agent's own HTTPS server expires, in seconds since the "
        "epoch."};
inline constexpr Family web_tls_reload = {
    .name = "ght_web_tls_last_reload_successful",
    .help =
        "Whether the certificate, key and client authorities of the agent's own HTTPS server as "
        "last read are in use; 0: those from before are."};
inline constexpr Family ledger_healthy = {
    .name = "ght_ledger_healthy",
    .help = "Whether seconds per state are being written to the ledger."};
inline constexpr Family ledger_write = {
    .name = "ght_ledger_last_write_timestamp_seconds",
    .help = "When the ledger was last written, in seconds since the epoch."};
inline constexpr Family chain_records = {
    .name = "ght_ledger_chain_records",
    .help = "Records in the hash chain of the ledger, as last written."};
inline constexpr Family chain_head = {
    .name = "ght_ledger_chain_head",
    .help =
        "The first 52 bits of the hash of the ledger's last record, as a number. Kept by "
        "Prometheus, away from this machine, it is a witness: with the number of records, it "
        "shows later whether the ledger was rewritten."};
inline constexpr Family rejected_samples = {
    .name = "ght_exposition_rejected_samples",
    .help = "Samples left out of this page because they break a rule of the format; should be 0."};

// --- every check
inline constexpr Family check_info = {
    .name = "ght_check_info", .help = "A configured check, always 1.", .labels = check_labels};
inline constexpr Family check_interval = {.name = "ght_check_interval_seconds",
                                          .help = "The configured interval of the check."};
inline constexpr Family check_state = {
    .name = "ght_check_state",
    .help = "The present state of the check: 1 for that state, 0 for the other four.",
    .labels = state_label};
inline constexpr Family check_runs = {.name = "ght_check_runs_total",
                                      .help = "Runs of the check since the agent's start, by end.",
                                      .type = MetricType::counter,
                                      .labels = result_label};
inline constexpr Family check_duration = {.name = "ght_check_run_duration_seconds",
                                          .help = "How long the last run of the check took."};
inline constexpr Family check_last_run = {
    .name = "ght_check_last_run_timestamp_seconds",
    .help = "When the last run of the check ended, in seconds since the epoch."};
inline constexpr Family sla_guaranteed = {.name = "ght_sla_guaranteed_ratio",
                                          .help = "The guaranteed service level of the contract."};
inline constexpr Family sla_announced = {.name = "ght_sla_announced_ratio",
                                         .help = "The announced service level of the contract."};
inline constexpr Family sla_seconds = {
    .name = "ght_sla_seconds_total",
    .help =
        "Time that the check has spent in each state since it exists, as written to the ledger.",
    .type = MetricType::counter,
    .labels = state_label};
inline constexpr Family sla_month_seconds = {
    .name = "ght_sla_month_seconds",
    .help =
        "Time that the check has spent in each state in this calendar month of the site and in "
        "the one before, as written to the ledger.",
    .labels = month_labels};
inline constexpr Family sla_month_budget = {
    .name = "ght_sla_month_budget_seconds",
    .help = "Down time that the guaranteed service level allows over the whole of this month."};
inline constexpr Family sla_month_budget_remaining = {
    .name = "ght_sla_month_budget_remaining_seconds",
    .help =
        "What is left of the down time allowed this month, unknown counted as down; negative "
        "when it is exceeded."};
inline constexpr Family sla_month_verdict = {
    .name = "ght_sla_month_verdict",
    .help =
        "Whether the guaranteed service level of the month is kept: 0 breached, 1 undetermined, "
        "2 met. This month is judged with the time to come: 0 and 2 only once they are certain.",
    .labels = month_label};
inline constexpr Family maintenance_active = {
    .name = "ght_maintenance_active",
    .help = "Whether a maintenance window covers the check now, also out of service hours."};

}  // namespace ght::families
