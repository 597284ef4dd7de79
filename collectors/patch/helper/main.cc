// ght-exploited CATALOGUE: the catalogue of exploited vulnerabilities in its short form, so that
// the daemon does not read megabytes. Exit 0: all of it is on standard output. Exit 1: one line on
// standard error says why not. Exit 2: wrong arguments.
#include <cstdio>
#include <string>

#include "collectors/patch/exploited.h"
#include "collectors/patch/helper/dropped_file.h"

namespace {

int run(const char* path) {
  const auto catalogue = ght::collectors::patch::read_exploited_file(path);
  if (!catalogue.ok()) {
    std::fprintf(stderr, "%s\n", catalogue.error().text().c_str());
    return 1;
  }
  const std::string out = ght::collectors::patch::short_form(catalogue.value()) + "\n";
  if (std::fwrite(out.data(), 1, out.size(), stdout) != out.size() || std::fflush(stdout) != 0) {
    std::fprintf(stderr, "standard output: cannot be written\n");
    return 1;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2) return run(argv[1]);
  std::fprintf(stderr, "usage: ght-exploited CATALOGUE\n");
  return 2;
}
