/// Asks a web server by curl: follows redirects, waits when it is told to, and gives up in a time that one can know.
struct PoliteRequest: Sendable {
    /// How long one try may take.
    static let tryLimit = Duration.seconds(30)
    /// How long all tries may take, pauses included. A server that wants to be left alone for longer is not asked again.
    static let limit = Duration.seconds(120)
    /// How many redirects are followed.
    static let redirectLimit = 5

    /// What is asked, and how.
    let api: APISettings
    /// How often it is tried again.
    let retries: Int
    /// What the pauses are waited by.
    var timer: any Clock<Duration> = ContinuousClock()

    /// Why there is no answer.
    private struct Fault {
        let message: String
        var remedy = "see what the address answers, and correct apiaddress in the section [wiki]"
        /// Whether another try may do better.
        var mayPass = false
        /// The pause that the server asks for.
        var pause: Duration?
    }

    private enum Outcome {
        case answer([UInt8])
        case fault(Fault)
    }

    /// The body of the answer.
    /// - Parameter query: What is asked for.
    /// - Throws: ``DumpError`` with code `source` that tells what the server did, or `cancelled`.
    func body(_ query: String) async throws(DumpError) -> [UInt8] { try await body(query, timer) }

    private func body<Timer: Clock<Duration>>(_ query: String, _ timer: Timer) async throws(DumpError)
        -> [UInt8]
    {
        let start = timer.now
        var attempt = 0
        while true {
            let fault: Fault
            switch try await once(query) {
            case .answer(let body): return body
            case .fault(let found): fault = found
            }
            let pause = fault.pause ?? .seconds(1 << min(attempt, 20))
            let isTooLong = start.duration(to: timer.now) + pause > Self.limit
            guard fault.mayPass, attempt < retries, !isTooLong else {
                let tries = attempt == 0 ? "" : ", \(attempt + 1) times"
                let waits = fault.pause != nil && isTooLong ? "; it is not waited for \(pause)" : ""
                throw DumpError(
                    .source, "\(api.address) \(fault.message)\(tries)\(waits)", remedy: fault.remedy)
            }
            do { try await timer.sleep(for: pause) } catch {
                throw DumpError(.cancelled, "stopped while waiting for \(api.address)")
            }
            attempt += 1
        }
    }

    private func once(_ query: String) async throws(DumpError) -> Outcome {
        let invocation = Invocation("siteinfo", command(query), output: .collected(limit: 64 << 20))
        let output: [UInt8]
        do throws(CommandFailure) { output = try await CommandRunner().run(invocation).output } catch {
            switch error.kind {
            case .cancelled: throw DumpError(error)
            case .exited(let status): return .fault(fault(ofCurl: status, error))
            case .timeLimit:
                return .fault(Fault(message: "did not answer within \(Self.tryLimit)", mayPass: true))
            default:
                return .fault(
                    Fault(message: "cannot be asked: \(error.message)", remedy: DumpError(error).remedy))
            }
        }
        guard let answer = WebAnswer(output) else {
            return .fault(Fault(message: "did not answer as a web server does"))
        }
        return judged(answer)
    }

    private func fault(ofCurl status: Int32, _ failure: CommandFailure) -> Fault {
        // What curl says is one line that begins with its name and the status.
        let words = failure.outcome?.lastLines.last ?? "curl ended with status \(status)"
        return switch status {
        case 1, 3: Fault(message: "is no address: \(words)")
        case 28: Fault(message: "did not answer within \(Self.tryLimit): \(words)", mayPass: true)
        case 47: Fault(message: "sends on more than \(Self.redirectLimit) times: \(words)")
        default: Fault(message: "cannot be asked: \(words)", mayPass: true)
        }
    }

    private func judged(_ answer: WebAnswer) -> Outcome {
        let remedy =
            "set useragent in the section [wiki] to a name with an address where you can be reached"
        switch answer.status {
        case 200..<300: break
        case 403: return .fault(Fault(message: "answered with status 403", remedy: remedy))
        case 429:
            return .fault(
                Fault(
                    message: "answered with status 429", remedy: remedy, mayPass: true,
                    pause: answer.retryAfter))
        default:
            return .fault(
                Fault(
                    message: "answered with status \(answer.status)", mayPass: answer.isPassing,
                    pause: answer.retryAfter))
        }
        if let code = answer.fields["mediawiki-api-error"],
            ["maxlag", "ratelimited", "readonly"].contains(code)
        {
            let info = (try? JSONValue(parsing: answer.body))?["error"]?["info"]?.string
            return .fault(
                Fault(
                    message: "answered with the error \(code): \(info ?? "")", remedy: "try again later",
                    mayPass: true,
                    pause: answer.retryAfter))
        }
        if answer.body.first(where: { $0 > 0x20 }) == UInt8(ascii: "<") {
            return .fault(
                Fault(
                    message: "answered with a web page, not with JSON",
                    remedy: "let apiaddress in the section [wiki] name the api.php of the wiki"))
        }
        return .answer(answer.body)
    }

    private func command(_ query: String) -> Command {
        var arguments = [
            "--silent", "--show-error", "--include", "--suppress-connect-headers", "--globoff",
            "--proto", "=http,https", "--location", "--max-redirs", "\(Self.redirectLimit)",
            "--proto-redir",
            "=http,https", "--connect-timeout", "10", "--max-time", "\(Self.tryLimit.components.seconds)",
            "--user-agent", api.userAgent,
        ]
        if !api.host.isEmpty { arguments += ["--header", "Host: \(api.host)"] }
        let separator = api.address.contains("?") ? "&" : "?"
        arguments += ["--url", api.address + separator + query]
        // A curl that does not keep to its own limit is stopped.
        return Command(api.curl, arguments, limits: Command.Limits(time: Self.tryLimit + .seconds(5)))
    }
}
