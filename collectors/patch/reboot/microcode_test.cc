#include "collectors/patch/reboot/microcode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ght::collectors::reboot {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string cpuinfo(int number, std::string_view vendor, std::string_view numbers,
                    std::string_view flags = "fpu vme") {
  return "processor\t: " + std::to_string(number) + "\nvendor_id\t: " + std::string(vendor) +
         "\nmodel name\t: Xeon: the model, and a colon\n" + std::string(numbers) +
         "flags\t\t: " + std::string(flags) + "\npower management:\n\n";
}

constexpr std::string_view sapphire_rapids =
    "cpu family\t: 6\nmodel\t\t: 143\nstepping\t: 8\nmicrocode\t: 0x2b000603\n";
constexpr std::string_view milan =
    "cpu family\t: 25\nmodel\t\t: 1\nstepping\t: 1\nmicrocode\t: 0xa0011d5\n";

Processor xeon() {
  return {.number = 0,
          .vendor = Vendor::intel,
          .family = 6,
          .model = 143,
          .stepping = 8,
          .revision = 0x2b000603};
}

Processor epyc() {
  return {.number = 1,
          .vendor = Vendor::amd,
          .family = 25,
          .model = 1,
          .stepping = 1,
          .revision = 0xa0011d5};
}

TEST(Microcode, ProcessorsThatAreAlikeAreOne) {
  const std::string intel = cpuinfo(0, "GenuineIntel", sapphire_rapids);
  EXPECT_THAT(read_processors(intel + cpuinfo(1, "GenuineIntel", sapphire_rapids)),
              ElementsAre(xeon()));
  EXPECT_THAT(read_processors(intel + cpuinfo(1, "AuthenticAMD", milan)),
              ElementsAre(xeon(), epyc()));
  const std::string cut = intel.substr(0, intel.size() - 1);
  EXPECT_THAT(read_processors(cut), ElementsAre(xeon())) << "without its last line";
}

TEST(Microcode, NothingIsSaidOfWhatIsNotThisSystemsToLoad) {
  EXPECT_THAT(read_processors(""), IsEmpty());
  EXPECT_THAT(read_processors(cpuinfo(0, "GenuineIntel", sapphire_rapids, "fpu hypervisor vme")),
              IsEmpty());
  EXPECT_THAT(read_processors(cpuinfo(0, "CentaurHauls", sapphire_rapids)), IsEmpty());
  EXPECT_THAT(read_processors("processor\t: 0\nBogoMIPS\t: 50.00\nCPU part\t: 0xd0c\n\n"),
              IsEmpty());
  EXPECT_THAT(read_processors(cpuinfo(0, "GenuineIntel", "cpu family\t: 6\nmodel\t: 143\n")),
              IsEmpty());
  EXPECT_THAT(read_processors(cpuinfo(0, "GenuineIntel",
                                      "cpu family\t: 6\nmodel\t: 143\nstepping\t: 8\n"
                                      "microcode\t: 0x2b0006030\n")),
              IsEmpty())
      << "a number of more than 32 bits";
}

TEST(Microcode, FilesAreNamedAsLinuxNamesThem) {
  EXPECT_EQ(firmware_file(xeon()), "intel-ucode/06-8f-08");
  EXPECT_EQ(firmware_file(epyc()), "amd-ucode/microcode_amd_fam19h.bin");
  Processor old = epyc();
  old.family = 0x10;
  EXPECT_EQ(firmware_file(old), "amd-ucode/microcode_amd.bin");
}

void put(std::string& bytes, std::size_t at, std::uint32_t number, std::size_t size = 4) {
  for (std::size_t i = 0; i < size; ++i) {
    bytes.at(at + i) = static_cast<char>(number >> (8 * i) & 0xff);
  }
}

// One of Intel's updates, with the sum that makes it valid.
std::string intel(std::uint32_t revision, std::uint32_t signature, std::uint32_t platforms,
                  std::string_view table = {}) {
  std::string update(48 + 16, '\0');
  put(update, 0, 1);
  put(update, 4, revision);
  put(update, 12, signature);
  put(update, 20, 1);
  put(update, 24, platforms);
  put(update, 28, 16);
  put(update, 32, static_cast<std::uint32_t>(update.size() + table.size()));
  std::uint32_t sum = 1 + revision + signature + 1 + platforms + 16;
  sum += static_cast<std::uint32_t>(update.size() + table.size());
  put(update, 16, 0 - sum);
  return update + std::string(table);
}

constexpr std::uint32_t xeon_signature = 0x806f8;
constexpr std::uint32_t platform = 0x10;

TEST(Microcode, IntelsUpdatesAreThoseOfThisProcessorAndPlatform) {
  const auto installed = [](const std::string& file) {
    return installed_revision(file, xeon(), platform).value();
  };
  EXPECT_EQ(installed(intel(0x2b000639, xeon_signature, 0x87)), std::nullopt);
  EXPECT_EQ(installed(intel(0x2b000639, 0x806f6, platform)), std::nullopt);
  EXPECT_EQ(installed(intel(0x2b000639, xeon_signature, 0)), std::nullopt);
  EXPECT_EQ(installed(intel(0x2b000639, xeon_signature, 0x90)), 0x2b000639);
  EXPECT_EQ(installed(intel(0x2b000639, 0x806f6, platform) + intel(7, xeon_signature, platform) +
                      intel(9, xeon_signature, platform) + intel(8, xeon_signature, platform)),
            9);
}

// Behind the data of an update: further processors, with the sum that makes it valid.
std::string table_of(std::uint32_t rows) {
  std::string table(20 + 2 * 12, '\0');
  put(table, 0, rows);
  put(table, 20, 0x806f5);
  put(table, 24, platform);
  put(table, 32, xeon_signature);
  put(table, 36, platform);
  put(table, 4, 0 - (rows + 0x806f5 + xeon_signature + 2 * platform));
  return table;
}

TEST(Microcode, IntelsUpdatesNameFurtherProcessorsBehindTheirData) {
  const auto read = [](const std::string& table) {
    return installed_revision(intel(9, 0x806f6, platform, table), xeon(), platform);
  };
  EXPECT_EQ(read(table_of(2)).value(), 9);
  EXPECT_FALSE(read(table_of(1)).has_value()) << "it has two rows";
  EXPECT_FALSE(read(table_of(0xffffffff)).has_value());
  std::string changed = table_of(2);
  put(changed, 32, 0x806f7);
  EXPECT_THAT(read(changed).error(), HasSubstr("at byte 64: expected a whole table"))
      << "not: nothing for this processor";
  EXPECT_FALSE(read(table_of(2).substr(0, 32)).has_value());
  EXPECT_FALSE(read(table_of(2).substr(0, 16)).has_value());
}

TEST(Microcode, DamageOfIntelsFilesIsNotNothing) {
  const std::string whole = intel(9, xeon_signature, platform);
  const auto error = [](const std::string& file) {
    const Revision read = installed_revision(file, xeon(), platform);
    return read.has_value() ? "" : read.error();
  };
  EXPECT_EQ(error(whole), "");
  EXPECT_THAT(error(""), HasSubstr("not empty"));
  EXPECT_THAT(error(whole.substr(0, 40)), HasSubstr("at byte 0: expected Intel's header"));
  EXPECT_THAT(error(whole.substr(0, 60)), HasSubstr("ends within the file"));
  EXPECT_THAT(error(whole + "behind it"), HasSubstr("at byte 64: expected Intel's header"));
  std::string changed = whole;
  put(changed, 4, 10);
  EXPECT_THAT(error(changed), HasSubstr("a sum of 0"));
  changed = whole;
  put(changed, 32, 0);
  EXPECT_THAT(error(changed), HasSubstr("ends within the file")) << "and no endless loop";
}

// AMD's table and updates: equivalent number of a signature, and revisions by such numbers.
std::string amd_table(std::uint32_t signature, std::uint32_t equivalent) {
  std::string table(12 + 2 * 16, '\0');
  put(table, 0, 0x00414d44);
  put(table, 8, 2 * 16);
  put(table, 12, signature);
  put(table, 12 + 12, equivalent, 2);
  return table;
}

std::string amd_update(std::uint32_t revision, std::uint32_t equivalent) {
  std::string update(8 + 80, '\0');
  put(update, 0, 1);
  put(update, 4, 80);
  put(update, 8 + 4, revision);
  put(update, 8 + 24, equivalent, 2);
  return update;
}

std::string amd_update_for_one_chipset(std::uint32_t revision, std::uint32_t equivalent) {
  std::string update = amd_update(revision, equivalent);
  put(update, 8 + 20, 0x43851002);
  return update;
}

constexpr std::uint32_t epyc_signature = 0xa00f11;

TEST(Microcode, AmdsUpdatesAreThoseOfTheEquivalentNumber) {
  const auto installed = [](const std::string& file) {
    return installed_revision(file, epyc(), 0).value();
  };
  const std::string table = amd_table(epyc_signature, 0xa011);
  EXPECT_EQ(installed(table), std::nullopt);
  EXPECT_EQ(installed(table + amd_update(0xa0011de, 0xa011) + amd_update(0xa101154, 0xa111)),
            0xa0011de);
  EXPECT_EQ(installed(table + amd_update(0xa0011d5, 0xa011) +
                      amd_update_for_one_chipset(0xa0011de, 0xa011)),
            0xa0011d5);
  EXPECT_EQ(installed(amd_table(0xa10f11, 0xa011) + amd_update(0xa0011de, 0xa011)), std::nullopt);
  EXPECT_EQ(installed(amd_table(0xa10f11, 0xa111) + amd_update(0xa101154, 0xa111) + table +
                      amd_update(0xa0011de, 0xa011)),
            0xa0011de)
      << "of the second container";
}

TEST(Microcode, DamageOfAmdsFilesIsNotNothing) {
  const std::string whole = amd_table(epyc_signature, 0xa011) + amd_update(0xa0011de, 0xa011);
  const auto error = [](const std::string& file) {
    const Revision read = installed_revision(file, epyc(), 0);
    return read.has_value() ? "" : read.error();
  };
  EXPECT_EQ(error(whole), "");
  EXPECT_THAT(error(whole.substr(0, 30)), HasSubstr("AMD's table"));
  EXPECT_THAT(error(whole.substr(0, whole.size() - 1)), HasSubstr("one of AMD's updates"));
  EXPECT_THAT(error(whole + "behind it"), HasSubstr("one of AMD's updates"));
  EXPECT_THAT(error(amd_update(0xa0011de, 0xa011)), HasSubstr("at byte 0"));
}

}  // namespace
}  // namespace ght::collectors::reboot
