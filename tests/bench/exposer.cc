// The peer of the scrape benchmark: a page of the wanted size behind prometheus-cpp's own Exposer.
// exposer BYTES: prints the port it listens on, serves until its standard input ends.
#include <prometheus/exposer.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>

namespace {

constexpr const char* name = "ght_sla_seconds_total";
constexpr std::size_t bytes_of_a_series = 118;  // as the line below comes out

}  // namespace

int main(int argc, char** argv) {
  const std::size_t bytes = argc == 2 ? std::strtoull(argv[1], nullptr, 10) : 0;
  if (bytes == 0) {
    std::cerr << "usage: exposer BYTES\n";
    return 2;
  }
  prometheus::Exposer exposer("127.0.0.1:0", 2);
  const auto registry = std::make_shared<prometheus::Registry>();
  auto& family = prometheus::BuildGauge()
                     .Name(name)
                     .Help("Seconds that the ledger accounts for, by state")
                     .Register(*registry);
  for (std::size_t i = 0; i * bytes_of_a_series < bytes; ++i) {
    auto& gauge = family.Add({{"activity", "application_platform"},
                              {"check", "portail-de-reservation-" + std::to_string(1000 + i)},
                              {"state", "good"}});
    gauge.Set(1764000000.5 + static_cast<double>(i));
  }
  exposer.RegisterCollectable(registry);
  std::cout << exposer.GetListeningPorts().at(0) << std::endl;
  std::cin.get();
}
