#include "agent/io/resolver_channel.h"

#include <ares.h>
#include <netinet/in.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstring>
#include <map>
#include <utility>

namespace ght::io {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Addresses = std::vector<asio::ip::address>;

// Beyond this no further round is tried; ResolverOptions::timeout ends most questions before.
constexpr int rounds_per_server = 3;

Addresses take_addresses(ares_addrinfo* found) {
  Addresses addresses;
  if (found == nullptr) return addresses;
  for (const ares_addrinfo_node* node = found->nodes; node != nullptr; node = node->ai_next) {
    if (node->ai_family == AF_INET6) {
      sockaddr_in6 raw{};
      std::memcpy(&raw, node->ai_addr, sizeof(raw));
      asio::ip::address_v6::bytes_type bytes;
      std::memcpy(bytes.data(), &raw.sin6_addr, bytes.size());
      addresses.emplace_back(asio::ip::address_v6(bytes));
    } else if (node->ai_family == AF_INET) {
      sockaddr_in raw{};
      std::memcpy(&raw, node->ai_addr, sizeof(raw));
      addresses.emplace_back(asio::ip::address_v4(ntohl(raw.sin_addr.s_addr)));
    }
  }
  ares_freeaddrinfo(found);
  return addresses;
}

DnsAnswer::Kind kind_of(int status) {
  switch (status) {
    case ARES_SUCCESS:
      return DnsAnswer::Kind::addresses;
    case ARES_ENOTFOUND:
      return DnsAnswer::Kind::nxdomain;
    case ARES_ENODATA:
      return DnsAnswer::Kind::no_address;
    case ARES_ETIMEOUT:
      return DnsAnswer::Kind::timeout;
    default:
      return DnsAnswer::Kind::error;
  }
}

std::string detail_of(int status) {
  // c-ares says ECONNREFUSED both for a closed port and for SERVFAIL or REFUSED from all servers.
  if (status == ARES_ECONNREFUSED) return "no name server gave a usable answer";
  return ares_strerror(status);
}

int family_of(AddressFamily family) {
  return family == AddressFamily::v6 ? AF_INET6 : AF_INET;
}

class CaresChannel final : public DnsChannel, public std::enable_shared_from_this<CaresChannel> {
 public:
  explicit CaresChannel(const asio::any_io_executor& executor) : timer_(executor) {
    ares_library_init(ARES_LIB_INIT_ALL);
  }
  ~CaresChannel() override {
    if (dns_ != nullptr) ares_destroy(dns_);  // releases every watched descriptor
    if (hosts_ != nullptr) ares_destroy(hosts_);
    ares_library_cleanup();
  }

  int open(const ResolverOptions& options);
  Addresses hosts_file(const std::string& host) override;
  void ask(const std::string& host, AddressFamily family, Answered answered) override;
  std::optional<asio::ip::address> first_server() override;

 private:
  // A descriptor of c-ares: we watch it, c-ares closes it.
  struct Watch {
    explicit Watch(const asio::any_io_executor& executor) : descriptor(executor) {}

    asio::posix::stream_descriptor descriptor;
    bool want_read = false, want_write = false;
    bool reading = false, writing = false;
  };

  static void socket_changed(void* self, ares_socket_t fd, int readable, int writable);
  void watch(ares_socket_t fd, bool readable, bool writable);
  void wait(ares_socket_t fd, const std::shared_ptr<Watch>& watch, bool read);
  void wait_as_wanted(ares_socket_t fd, const std::shared_ptr<Watch>& watch);
  void set_timer();

  ares_channel dns_ = nullptr;
  ares_channel hosts_ = nullptr;
  asio::steady_timer timer_;
  std::map<ares_socket_t, std::shared_ptr<Watch>> watches_;
};

int CaresChannel::open(const ResolverOptions& options) {
  ares_options settings{};
  std::string path = options.resolv_conf;
  std::string only_dns = "b", only_file = "f";
  settings.timeout = static_cast<int>(
      std::chrono::duration_cast<std::chrono::milliseconds>(options.attempt_timeout).count());
  settings.tries = rounds_per_server;
  settings.udp_port = options.port;
  settings.tcp_port = options.port;
  settings.resolvconf_path = path.data();
  settings.lookups = only_dns.data();
  settings.sock_state_cb = socket_changed;
  settings.sock_state_cb_data = this;
  const int mask = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_UDP_PORT | ARES_OPT_TCP_PORT |
                   ARES_OPT_RESOLVCONF | ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB;
  if (const int status = ares_init_options(&dns_, &settings, mask); status != ARES_SUCCESS) {
    return status;
  }
  settings.lookups = only_file.data();
  return ares_init_options(&hosts_, &settings, ARES_OPT_LOOKUPS);
}

// c-ares calls this for each socket that it opens, and once more before it closes it.
void CaresChannel::socket_changed(void* self, ares_socket_t fd, int readable, int writable) {
  static_cast<CaresChannel*>(self)->watch(fd, readable != 0, writable != 0);
}

void CaresChannel::watch(ares_socket_t fd, bool readable, bool writable) {
  auto place = watches_.find(fd);
  if (!readable && !writable) {
    if (place == watches_.end()) return;
    place->second->descriptor.release();  // out of the reactor while the descriptor is still open
    watches_.erase(place);
    return;
  }
  if (place == watches_.end()) {
    auto fresh = std::make_shared<Watch>(timer_.get_executor());
    error_code failed;  // then the question ends by its timeout
    fresh->descriptor.assign(fd, failed);
    if (failed) return;
    place = watches_.emplace(fd, std::move(fresh)).first;
  }
  place->second->want_read = readable;
  place->second->want_write = writable;
  wait_as_wanted(fd, place->second);
}

void CaresChannel::wait_as_wanted(ares_socket_t fd, const std::shared_ptr<Watch>& watch) {
  if (watch->want_read && !watch->reading) wait(fd, watch, true);
  if (watch->want_write && !watch->writing) wait(fd, watch, false);
}

void CaresChannel::wait(ares_socket_t fd, const std::shared_ptr<Watch>& watch, bool read) {
  (read ? watch->reading : watch->writing) = true;
  const auto what =
      read ? asio::posix::descriptor_base::wait_read : asio::posix::descriptor_base::wait_write;
  watch->descriptor.async_wait(
      what, [weak = weak_from_this(), watch, fd, read](const error_code& error) {
        (read ? watch->reading : watch->writing) = false;
        const auto self = weak.lock();
        if (error || self == nullptr || !watch->descriptor.is_open()) return;
        ares_process_fd(self->dns_, read ? fd : ARES_SOCKET_BAD, read ? ARES_SOCKET_BAD : fd);
        if (watch->descriptor.is_open()) self->wait_as_wanted(fd, watch);
        self->set_timer();
      });
}

void CaresChannel::set_timer() {
  timeval left{};
  if (ares_timeout(dns_, nullptr, &left) == nullptr) {
    timer_.cancel();
    return;
  }
  // One millisecond more: c-ares must find the time passed, not almost passed.
  timer_.expires_after(std::chrono::seconds(left.tv_sec) + std::chrono::microseconds(left.tv_usec) +
                       std::chrono::milliseconds(1));
  timer_.async_wait([weak = weak_from_this()](const error_code& error) {
    const auto self = weak.lock();
    if (error || self == nullptr) return;
    ares_process_fd(self->dns_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    self->set_timer();
  });
}

Addresses CaresChannel::hosts_file(const std::string& host) {
  Addresses addresses;
  ares_addrinfo_hints hints{};
  hints.ai_flags = ARES_AI_NOSORT;
  hints.ai_family = AF_UNSPEC;
  // With the hosts file only, c-ares calls back before it returns.
  ares_getaddrinfo(
      hosts_, host.c_str(), nullptr, &hints,
      [](void* into, int, int, ares_addrinfo* found) {
        *static_cast<Addresses*>(into) = take_addresses(found);
      },
      &addresses);
  return addresses;
}

void CaresChannel::ask(const std::string& host, AddressFamily family, Answered answered) {
  ares_addrinfo_hints hints{};
  hints.ai_flags = ARES_AI_NOSORT;  // the order is ours, and sorting opens a socket per address
  hints.ai_family = family_of(family);
  auto callback = std::make_unique<Answered>(std::move(answered));
  ares_getaddrinfo(
      dns_, host.c_str(), nullptr, &hints,
      [](void* raw, int status, int, ares_addrinfo* found) {
        const std::unique_ptr<Answered> call(static_cast<Answered*>(raw));
        DnsAnswer answer{kind_of(status), take_addresses(found), ""};
        if (status == ARES_EDESTRUCTION) return;
        if (answer.kind == DnsAnswer::Kind::error) answer.detail = detail_of(status);
        if (status == ARES_SUCCESS && answer.addresses.empty()) {
          answer.kind = DnsAnswer::Kind::no_address;
        }
        (*call)(std::move(answer));
      },
      callback.release());
  set_timer();
}

std::optional<asio::ip::address> CaresChannel::first_server() {
  ares_addr_port_node* servers = nullptr;
  if (ares_get_servers_ports(dns_, &servers) != ARES_SUCCESS || servers == nullptr) {
    return std::nullopt;
  }
  std::optional<asio::ip::address> first;
  if (servers->family == AF_INET6) {
    asio::ip::address_v6::bytes_type bytes;
    std::memcpy(bytes.data(), &servers->addr.addr6, bytes.size());
    first = asio::ip::address_v6(bytes);
  } else {
    first = asio::ip::address_v4(ntohl(servers->addr.addr4.s_addr));
  }
  ares_free_data(servers);
  return first;
}

}  // namespace

Result<std::shared_ptr<DnsChannel>> DnsChannel::open(const asio::any_io_executor& executor,
                                                     const ResolverOptions& options) {
  auto channel = std::make_shared<CaresChannel>(executor);
  if (const int status = channel->open(options); status != ARES_SUCCESS) {
    return Error{options.resolv_conf,
                 std::string("the DNS resolver cannot be set up: ") + ares_strerror(status)};
  }
  return std::shared_ptr<DnsChannel>(std::move(channel));
}

}  // namespace ght::io
