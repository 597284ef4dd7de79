#include "collectors/availability/json_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace ght::collectors {
namespace {

constexpr std::size_t depth_max = 100;

// Events of the parser: only the way to the present value is kept. An array on the way is a step
// without a name, which no path asks for.
class Reader : public nlohmann::json_sax<nlohmann::json> {
 public:
  Reader(const std::vector<std::string>& paths, JsonTexts& texts) : paths_(paths), texts_(texts) {}

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool string(string_t& value) override {
    if (!way_.empty() && way_.back().in_object) {
      const std::string path = here();
      if (std::ranges::find(paths_, path) != paths_.end()) texts_.found.emplace(path, value);
    }
    return true;
  }
  bool start_object(std::size_t) override { return enter(true); }
  bool start_array(std::size_t) override { return enter(false); }
  bool end_object() override { return leave(); }
  bool end_array() override { return leave(); }
  bool key(string_t& name) override {
    way_.back().name = name;
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) override {
    return false;
  }

 private:
  struct Level {
    bool in_object;
    std::string name;
  };
  bool enter(bool object) {
    way_.push_back({object, ""});
    return way_.size() <= depth_max;
  }
  bool leave() {
    way_.pop_back();
    return true;
  }
  std::string here() const {
    std::string path;
    for (const Level& level : way_) {
      path += (path.empty() ? "" : ".") + (level.in_object ? level.name : std::string("[]"));
    }
    return path;
  }

  const std::vector<std::string>& paths_;
  JsonTexts& texts_;
  std::vector<Level> way_;
};

}  // namespace

JsonTexts json_texts(std::string_view document, const std::vector<std::string>& paths) {
  JsonTexts texts;
  Reader reader(paths, texts);
  texts.whole = nlohmann::json::sax_parse(document, &reader);
  return texts;
}

}  // namespace ght::collectors
