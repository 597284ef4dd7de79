#include "agent/io/certificate.h"

#include <openssl/x509.h>

#include <ctime>

namespace ght::io {
namespace {

std::optional<WallTime> moment(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  constexpr int tm_epoch = 1900;
  const std::chrono::year_month_day day(std::chrono::year(parts.tm_year + tm_epoch),
                                        std::chrono::month(static_cast<unsigned>(parts.tm_mon + 1)),
                                        std::chrono::day(static_cast<unsigned>(parts.tm_mday)));
  return WallTime(std::chrono::sys_days(day)) + std::chrono::hours(parts.tm_hour) +
         std::chrono::minutes(parts.tm_min) + std::chrono::seconds(parts.tm_sec);
}

}  // namespace

std::optional<WallTime> begin_of_validity(const X509* certificate) {
  if (certificate == nullptr) return std::nullopt;
  return moment(X509_get0_notBefore(certificate));
}

std::optional<WallTime> end_of_validity(const X509* certificate) {
  if (certificate == nullptr) return std::nullopt;
  return moment(X509_get0_notAfter(certificate));
}

}  // namespace ght::io
