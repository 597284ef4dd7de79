#include "collectors/patch/support/table.h"

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>

#include "agent/core/text.h"

namespace ght::collectors::support {
namespace {

using nlohmann::json;

constexpr std::int64_t table_format = 1;
constexpr std::size_t most_products = 200;
constexpr std::size_t most_cycles = 100;
constexpr std::size_t most_texts = 50;
constexpr std::size_t longest_text = 200;
constexpr std::size_t longest_word = 40;
constexpr std::size_t most_parts = 3;

Error expected(const std::string& at, const std::string& what) {
  return {.about = at.empty() ? "/" : at, .message = "expected " + what};
}

// Ids and cycles become values of labels: short, and of few characters.
bool is_word(const std::string& text) {
  return !text.empty() && text.size() <= longest_word && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
  });
}

Result<void> only_keys(const json& object, const std::string& at,
                       std::initializer_list<std::string_view> keys) {
  if (!object.is_object()) return expected(at, "an object");
  for (const auto& [key, value] : object.items()) {
    if (std::ranges::find(keys, key) != keys.end()) continue;
    const std::vector<std::string_view> known(keys);
    const auto near = nearest(key, known);
    return Error{at + "/" + clean_text(key, longest_text),
                 "unknown member" + (near ? " (did you mean " + std::string(*near) + "?)" : "")};
  }
  return {};
}

Result<std::string> text_of(const json& object, const std::string& at, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return std::string();
  if (!found->is_string()) return expected(at + "/" + key, "a text");
  auto text = found->get<std::string>();
  if (text.empty() || text.size() > longest_text || clean_text(text, longest_text) != text) {
    return expected(at + "/" + key, "a text of 1 to 200 bytes without control characters");
  }
  return text;
}

Result<std::string> word_of(const json& object, const std::string& at, const char* key) {
  GHT_TRY(const std::string text, text_of(object, at, key));
  if (!is_word(text)) return expected(at + "/" + key, "a name of letters, digits, '.', '-' or '_'");
  return text;
}

Result<std::vector<std::string>> texts_of(const json& object, const std::string& at,
                                          const char* key) {
  std::vector<std::string> texts;
  const auto found = object.find(key);
  if (found == object.end()) return texts;
  if (!found->is_array() || found->size() > most_texts) {
    return expected(at + "/" + key, "an array of at most 50 texts");
  }
  for (const json& each : *found) {
    const std::string here = at + "/" + key + "/" + std::to_string(texts.size());
    if (!each.is_string()) return expected(here, "a text");
    texts.push_back(each.get<std::string>());
    if (texts.back().empty() || texts.back().size() > longest_text || !is_utf8(texts.back())) {
      return expected(here, "a text of 1 to 200 bytes");
    }
  }
  return texts;
}

Result<WallTime> day_of(const json& value, const std::string& at) {
  const auto day = value.is_string() ? parse_day(value.get<std::string>()) : std::nullopt;
  if (!day) return expected(at, "a day such as \"2028-06-30\"");
  return *day;
}

// Absent: not known. null: there is no such phase.
Result<End> end_of(const json& object, const std::string& at, const char* key, bool may_be_none) {
  const auto found = object.find(key);
  if (found == object.end()) return End{};
  if (found->is_null() && may_be_none) return End{.kind = End::Kind::none};
  GHT_TRY(const WallTime day, day_of(*found, at + "/" + key));
  return end_on(day);
}

Result<void> in_order(const Ends& ends, const std::string& at) {
  const auto after = [](const End& early, const End& late) {
    return early.kind != End::Kind::day || late.kind != End::Kind::day || early.day <= late.day;
  };
  if (!after(ends.standard, ends.lts) || !after(ends.lts, ends.extended) ||
      !after(ends.standard, ends.extended)) {
    return expected(at, "standard_end, lts_end and extended_end in that order");
  }
  return {};
}

Result<Row> read_row(const json& object, const std::string& at, WallTime written, bool is_os) {
  if (is_os) {
    GHT_TRY_VOID(
        only_keys(object, at, {"cycle", "standard_end", "lts_end", "extended_end", "ships"}));
  } else {
    GHT_TRY_VOID(only_keys(object, at, {"cycle", "standard_end", "lts_end", "extended_end"}));
  }
  Row row;
  row.written = written;
  GHT_TRY(row.ends.standard, end_of(object, at, "standard_end", false));
  GHT_TRY(row.ends.lts, end_of(object, at, "lts_end", true));
  GHT_TRY(row.ends.extended, end_of(object, at, "extended_end", true));
  GHT_TRY_VOID(in_order(row.ends, at));
  const auto ships = object.find("ships");
  if (ships == object.end()) return row;
  if (!ships->is_object() || ships->size() > most_products) {
    return expected(at + "/ships", "an object of arrays");
  }
  for (const auto& [software, cycles] : ships->items()) {
    if (!is_word(software)) return expected(at + "/ships", "names of software");
    GHT_TRY(row.ships[software], texts_of(*ships, at + "/ships", software.c_str()));
  }
  return row;
}

Result<void> read_cycles(const json& object, const std::string& at, WallTime written, bool is_os,
                         Product& product) {
  const auto found = object.find("cycles");
  if (found == object.end() || !found->is_array() || found->size() > most_cycles) {
    return expected(at + "/cycles", "an array of at most 100 cycles");
  }
  for (std::size_t i = 0; i < found->size(); ++i) {
    const json& each = (*found)[i];
    const std::string here = at + "/cycles/" + std::to_string(i);
    if (!each.is_object()) return expected(here, "an object");
    GHT_TRY(const std::string cycle, word_of(each, here, "cycle"));
    GHT_TRY(Row row, read_row(each, here, written, is_os));
    if (!product.cycles.emplace(cycle, std::move(row)).second) {
      return Error{here + "/cycle", "cycle " + cycle + " stands there twice"};
    }
  }
  return {};
}

// version_parts 0: not given.
Result<Product> read_product(const json& object, const std::string& at, WallTime written,
                             bool is_os) {
  if (is_os) {
    GHT_TRY_VOID(only_keys(object, at,
                           {"id", "name", "source", "version_parts", "os_id", "os_name",
                            "packagers", "foreign", "cycles"}));
  } else {
    GHT_TRY_VOID(
        only_keys(object, at, {"id", "name", "source", "version_parts", "packages", "cycles"}));
  }
  Product product;
  GHT_TRY(product.name, text_of(object, at, "name"));
  GHT_TRY(product.source, text_of(object, at, "source"));
  GHT_TRY(product.os_id, text_of(object, at, "os_id"));
  GHT_TRY(product.os_name, text_of(object, at, "os_name"));
  GHT_TRY(product.packagers, texts_of(object, at, "packagers"));
  GHT_TRY(product.foreign, texts_of(object, at, "foreign"));
  GHT_TRY(product.packages, texts_of(object, at, "packages"));
  product.version_parts = 0;
  if (const auto parts = object.find("version_parts"); parts != object.end()) {
    if (!parts->is_number_unsigned() || *parts < 1U || *parts > most_parts) {
      return expected(at + "/version_parts", "1, 2 or 3");
    }
    product.version_parts = parts->get<std::size_t>();
  }
  GHT_TRY_VOID(read_cycles(object, at, written, is_os, product));
  return product;
}

Result<std::map<std::string, Product>> read_products(const json& document, const char* key,
                                                     WallTime written, bool is_os) {
  std::map<std::string, Product> products;
  const auto found = document.find(key);
  if (found == document.end()) return products;
  const std::string at = std::string("/") + key;
  if (!found->is_array() || found->size() > most_products) {
    return expected(at, "an array of at most 200 products");
  }
  for (std::size_t i = 0; i < found->size(); ++i) {
    const json& each = (*found)[i];
    const std::string here = at + "/" + std::to_string(i);
    if (!each.is_object()) return expected(here, "an object");
    GHT_TRY(const std::string id, word_of(each, here, "id"));
    GHT_TRY(Product product, read_product(each, here, written, is_os));
    if (!products.emplace(id, std::move(product)).second) {
      return Error{here + "/id", id + " stands there twice"};
    }
  }
  return products;
}

Result<json> parse_json(std::string_view bytes) {
  if (bytes.size() > table_bytes) return expected("", "at most 1 MiB");
  try {
    return json::parse(bytes, nullptr, true, true);
  } catch (const json::exception& error) {
    std::size_t at = bytes.size();
    if (const auto* syntax = dynamic_cast<const json::parse_error*>(&error)) at = syntax->byte;
    const std::string_view before = bytes.substr(0, std::min(at, bytes.size()));
    return Error{"line " + std::to_string(1 + std::ranges::count(before, '\n')), "not JSON"};
  }
}

void lay_over(Product& product, const Product& upper) {
  const auto replace = [](auto& value, const auto& with) {
    if (!with.empty()) value = with;
  };
  replace(product.name, upper.name);
  replace(product.source, upper.source);
  replace(product.os_id, upper.os_id);
  replace(product.os_name, upper.os_name);
  replace(product.packagers, upper.packagers);
  replace(product.foreign, upper.foreign);
  replace(product.packages, upper.packages);
  if (upper.version_parts != 0) product.version_parts = upper.version_parts;
  for (const auto& [cycle, row] : upper.cycles) {
    Row& under = product.cycles[cycle];
    under.ends = row.ends;
    under.written = row.written;
    replace(under.ships, row.ships);
  }
}

}  // namespace

Result<Table> parse_table(std::string_view bytes) {
  GHT_TRY(const json document, parse_json(bytes));
  GHT_TRY_VOID(only_keys(document, "", {"format", "date", "os", "software"}));
  const auto format = document.find("format");
  if (format == document.end() || *format != table_format) return expected("/format", "1");
  Table table;
  const auto date = document.find("date");
  if (date == document.end()) return expected("/date", "the day on which this table was checked");
  GHT_TRY(table.written, day_of(*date, "/date"));
  GHT_TRY(table.os, read_products(document, "os", table.written, true));
  GHT_TRY(table.software, read_products(document, "software", table.written, false));
  return table;
}

Result<void> overlay(Table& table, const Table& upper) {
  if (table.written == WallTime{}) table.written = upper.written;
  for (const auto& [id, product] : upper.os) {
    Product& under = table.os[id];
    lay_over(under, product);
    if (under.os_id.empty()) under.os_id = id;
    if (under.name.empty()) under.name = id;
  }
  for (const auto& [id, product] : upper.software) {
    Product& under = table.software[id];
    lay_over(under, product);
    if (under.name.empty()) under.name = id;
    if (under.packages.empty()) {
      return Error{"/software", id + " is new and has no packages (by which it is found)"};
    }
  }
  return {};
}

}  // namespace ght::collectors::support
