// The monthly report as a page and as text.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>

#include "agent/config/config.h"
#include "agent/engine/engine.h"
#include "agent/exposition/texts.h"
#include "agent/http/server.h"
#include "agent/io/ledger_writer.h"

namespace ght {

enum class ReportFormat { html, json, csv };
std::optional<ReportFormat> report_format(std::string_view name);

struct ReportOrder {
  std::string month;  // "2026-11"; empty: the last whole month
  ReportFormat format = ReportFormat::html;
  Language language = Language::fr;
};

// Reads the ledger of this configuration and renders. Blocks.
Result<std::string> make_report(const Config& config, const std::string& version,
                                const ReportOrder& order);

// /api/v1/report?month=2026-11&format=json|html|csv&lang=fr|en (default json): made on the
// ledger's thread, one at a time, so that a page never keeps the account waiting for more than one.
class Reports {
 public:
  // All must outlive it.
  Reports(const Engine& engine, io::LedgerWriter& writer, std::string version)
      : engine_(engine), writer_(writer), version_(std::move(version)) {}
  boost::asio::awaitable<http::Reply> answer(std::string query);

 private:
  const Engine& engine_;
  io::LedgerWriter& writer_;
  std::string version_;
  bool busy_ = false;
};

}  // namespace ght
