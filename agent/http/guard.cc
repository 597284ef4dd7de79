#include "agent/http/guard.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "agent/http/answer.h"

namespace ght::http {
namespace {

namespace asio = boost::asio;

Reply unauthorized() {
  return plain_reply(401, "a user name and password are needed here");
}

}  // namespace

struct Guard::Kept {
  explicit Kept(const Request& request, Credentials given)
      : method(request.method),
        path(request.path),
        query(request.query),
        accept(request.accept),
        accept_encoding(request.accept_encoding),
        content_type(request.content_type),
        body(request.body),
        peer(request.peer),
        certified(request.certified),
        credentials(std::move(given)) {}

  Request request() const {
    return {.path = path,
            .query = query,
            .accept = accept,
            .accept_encoding = accept_encoding,
            .method = method,
            .authorization = {},
            .content_type = content_type,
            .body = body,
            .user = credentials.name,
            .peer = peer,
            .certified = certified};
  }

  Request::Method method;
  std::string path, query, accept, accept_encoding, content_type, body;
  asio::ip::address peer;
  bool certified;
  Credentials credentials;
};

Guard::Guard(asio::any_io_executor executor, Handler behind, Server::Refused refused)
    : behind_(std::move(behind)), refused_(std::move(refused)), passwords_(std::move(executor)) {}

void Guard::use(const WebConfig& web) {
  passwords_.use({web.users.begin(), web.users.end()});
  wants_password_ = !web.users.empty();
  wants_certificate_ = web.needs_certificate();
  open_paths_ = web.open_paths;
}

bool Guard::is_open(std::string_view path) const {
  return std::ranges::any_of(open_paths_, [&](std::string_view open) {
    if (!open.ends_with('*')) return path == open;
    open.remove_suffix(1);
    return path.starts_with(open);
  });
}

Reply Guard::operator()(const Request& request) {
  if (is_open(request.path)) return behind_(request);
  if (wants_certificate_ && !request.certified) {
    if (refused_) refused_(request.peer.to_string(), "no client certificate");
    return plain_reply(403, "a client certificate is needed here");
  }
  if (!wants_password_) return behind_(request);
  auto credentials = parse_basic(request.authorization);
  if (!credentials) return unauthorized();
  if (passwords_.known(credentials->name, credentials->password)) {
    Request known = request;
    known.user = credentials->name;
    return behind_(known);
  }
  auto kept = std::make_shared<const Kept>(request, *std::move(credentials));
  Reply reply;
  reply.later = std::bind_front(&Guard::decide, this, std::move(kept));
  return reply;
}

asio::awaitable<Reply> Guard::decide(std::shared_ptr<const Kept> kept) {
  using Answer = io::PasswordChecker::Answer;
  const Credentials& given = kept->credentials;
  auto checking = passwords_.check(given.name, given.password, kept->peer);
  const Answer answer = co_await std::move(checking);
  if (answer == Answer::busy) {
    co_return plain_reply(429, "too many passwords are being checked: ask again later");
  }
  if (answer == Answer::wrong) {
    if (refused_) refused_(kept->peer.to_string(), "wrong user name or password");
    co_return unauthorized();
  }
  Reply reply = behind_(kept->request());
  if (!reply.later) co_return reply;
  const auto work = std::move(reply.later);
  auto operation = work();
  co_return co_await std::move(operation);
}

}  // namespace ght::http
