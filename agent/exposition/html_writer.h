// The status page as it is written: markup, texts of the catalogue, foreign names, moments.
#pragma once

#include <string>
#include <string_view>

#include "agent/exposition/texts.h"
#include "agent/exposition/view.h"

namespace ght {

class HtmlWriter {
 public:
  HtmlWriter(const View& view, Language in) : view_(view), language_(in) {}

  Language language() const { return language_; }
  std::string& out() { return out_; }

  void raw(std::string_view html) { out_ += html; }
  void say(std::string_view text);  // escaped
  void say(Text key, Replacements values = {});
  // Foreign names in their own direction, so that one cannot turn the line around it.
  void say_name(std::string_view name);

  std::string date(WallTime time) const;

  // "depuis le 23/11/2026 04:05 (3 h 12 min)"; a time ahead of now is a clock that was set back.
  void moment(Text past, Text future, WallTime time);

 private:
  const View& view_;
  Language language_;
  std::string out_;
};

}  // namespace ght
