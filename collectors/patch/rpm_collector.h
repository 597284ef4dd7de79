// What the collectors of the rpm family (dnf, zypper) share: settings, families, reasons, and the
// way from a helper's answer to the verdict.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <variant>

#include "agent/core/evidence.h"
#include "agent/core/field.h"
#include "agent/core/observation.h"
#include "agent/core/plan.h"
#include "agent/core/time.h"
#include "collectors/patch/families.h"
#include "collectors/patch/rpm_state.h"
#include "collectors/patch/terms.h"

namespace ght::collectors::rpm {

inline constexpr Field without_advisories_field = {
    .key = "repositories_without_advisories",
    .kind = FieldKind::text_list,
    .fallback = "[]",
    .max = 100,
    .help =
        "Ids of repositories known to publish no advisories, as patterns (fnmatch): their updates "
        "count as other updates, and the check may be good all the same."};

inline constexpr auto families = patch::joined(
    patch::common_families,
    std::to_array<const Family*>({&patch::severity_family, &patch::interrupted_family}));
inline constexpr auto reason_texts =
    patch::joined(patch::reasons::common_texts, patch::reasons::installation_texts,
                  patch::reasons::dependency_texts, reasons::texts);

// The step that reads the catalogue of exploited vulnerabilities; none when the check names none.
Plan catalogue_steps(const Settings& settings);

// The root to look at; empty for this system.
std::string root_of(const Settings& settings);

// The step that asks a helper of the kind that rpm_answer.h reads.
RunHelper state_step(const Settings& settings, std::string program);

// What a tool said, or the observation that follows from its failure.
using Said = std::variant<State, Observation>;

// The one answer of such a helper.
Said said_by(std::string_view program, const Evidence& evidence, const Memory& before);

// The verdict over what `read` makes of the evidence that follows the catalogue's.
using Reader = Said (*)(const Settings& settings, const Evidence& evidence, const Memory& before);
Observation interpret(Reader read, const Settings& settings, const Evidence& evidence,
                      const Memory& before, WallTime now);

}  // namespace ght::collectors::rpm
