// Addresses of repositories: what of them may be shown.
#pragma once

#include <string>
#include <string_view>

namespace ght::collectors::backup {

// A repository's address without user information: "rest:https://host/dpi" for
// "rest:https://user:secret@host/dpi", "sftp:host:/srv" for "sftp:user@host:/srv".
std::string public_address(std::string_view address);

// True when the user information of an address holds a password.
bool has_password(std::string_view address);

// The last element of an address's path: "dpi" for "/srv/restic/dpi/" and "sftp:host:/srv/dpi".
std::string last_element(std::string_view address);

}  // namespace ght::collectors::backup
