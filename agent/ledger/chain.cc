#include "agent/ledger/chain.h"

// The functions that OpenSSL 3 calls deprecated: they hash and do nothing else. Its EVP interface
// loads the providers, two megabytes of resident memory, and looks the algorithm up for each
// record.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

namespace ght {
namespace {

using nlohmann::json;

constexpr std::size_t hash_bytes = SHA256_DIGEST_LENGTH;

void append_field(std::string& out, std::string_view field) {
  out += std::to_string(field.size());
  out += ':';
  out += field;
}

Error malformed(std::string_view what) {
  return {.about = std::string(what), .message = "is not a JSON object of sums in milliseconds"};
}

json sums_json(const StateTimes& times) {
  json object = json::object();
  for (const State state : all_states) object[std::string(name(state))] = times[state].count();
  return object;
}

std::optional<StateTimes> sums_of(const json& object) {
  if (!object.is_object() || object.size() != all_states.size()) return std::nullopt;
  StateTimes times;
  for (const State state : all_states) {
    const auto found = object.find(std::string(name(state)));
    if (found == object.end() || !found->is_number_integer()) return std::nullopt;
    times[state] = WallDuration(found->get<std::int64_t>());
  }
  return times;
}

std::optional<std::string> from_hex(std::string_view hex) {
  if (hex.size() != 2 * hash_bytes) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    constexpr std::string_view digits = "0123456789abcdef";
    const std::size_t high = digits.find(hex[i]);
    const std::size_t low = digits.find(hex[i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    bytes += static_cast<char>(high << 4U | low);
  }
  return bytes;
}

}  // namespace

std::string chain_fields(std::int64_t seq, const Record& record) {
  const bool interval = record.kind == RecordKind::interval;
  const Segment& segment = record.segment;
  std::string out;
  append_field(out, std::to_string(seq));
  append_field(out, name(record.kind));
  append_field(out, record.subject);
  append_field(out, interval ? name(segment.state) : std::string_view());
  append_field(out, interval ? name(segment.observed) : std::string_view());
  append_field(out, std::to_string(to_unix_ms(segment.from)));
  append_field(out, std::to_string(to_unix_ms(segment.to)));
  append_field(out, segment.reason);
  append_field(out, record.body);
  return out;
}

ChainHead chain_append(const ChainHead& before, const Record& record) {
  const std::string bytes = before.hash + chain_fields(before.records + 1, record);
  std::array<unsigned char, hash_bytes> digest{};
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, bytes.data(), bytes.size());
  SHA256_Final(digest.data(), &context);
  return {.records = before.records + 1, .hash = {digest.begin(), digest.end()}};
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    hex += digits[byte >> 4U];
    hex += digits[byte & 15U];
  }
  return hex;
}

std::string sums_to_json(const StateTimes& times) {
  return sums_json(times).dump();
}

Result<StateTimes> sums_from_json(std::string_view text) {
  const auto times = sums_of(json::parse(text, nullptr, false));
  if (!times) return malformed("body");
  return *times;
}

std::string to_json(const Checkpoint& checkpoint) {
  json sums = json::object();
  for (const auto& [check, times] : checkpoint.sums) sums[check] = sums_json(times);
  const json object = {
      {"seq", checkpoint.head.records}, {"hash", to_hex(checkpoint.head.hash)}, {"sums", sums}};
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<Checkpoint> checkpoint_from_json(std::string_view text) {
  const json object = json::parse(text, nullptr, false);
  const Error wrong = malformed("checkpoint");
  if (!object.is_object() || !object.contains("seq") || !object["seq"].is_number_integer() ||
      !object.contains("hash") || !object["hash"].is_string() || !object.contains("sums") ||
      !object["sums"].is_object()) {
    return wrong;
  }
  Checkpoint checkpoint;
  checkpoint.head.records = object["seq"].get<std::int64_t>();
  const auto hash = from_hex(object["hash"].get<std::string>());
  if (!hash) return wrong;
  checkpoint.head.hash = *hash;
  for (const auto& [check, sums] : object["sums"].items()) {
    const auto times = sums_of(sums);
    if (!times) return wrong;
    checkpoint.sums.emplace(check, *times);
  }
  return checkpoint;
}

ChainVerifier::ChainVerifier(std::optional<Checkpoint> start) {
  if (!start) return;
  head_ = std::move(start->head);
  sums_ = std::move(start->sums);
}

Result<void> ChainVerifier::next(const ChainedRecord& chained) {
  const std::string about = "record " + std::to_string(chained.seq);
  if (chained.seq != head_.records + 1) {
    return Error{about, "expected record " + std::to_string(head_.records + 1) + " here"};
  }
  const ChainHead after = chain_append(head_, chained.record);
  if (after.hash != chained.hash) {
    return Error{about, "its content or the one before was changed: the hash is " +
                            to_hex(chained.hash) + ", its content gives " + to_hex(after.hash)};
  }
  head_ = after;
  return add_up(chained);
}

Result<void> ChainVerifier::add_up(const ChainedRecord& chained) {
  const Record& record = chained.record;
  if (record.kind == RecordKind::interval) {
    sums_[record.subject][record.segment.state] += record.segment.to - record.segment.from;
  } else if (record.kind == RecordKind::condensed) {
    const auto times = sums_from_json(record.body);
    if (!times.ok()) {
      return Error{"record " + std::to_string(chained.seq), times.error().text()};
    }
    StateTimes& sums = sums_[record.subject];
    for (const State state : all_states) sums[state] += times.value()[state];
  }
  return {};
}

}  // namespace ght
