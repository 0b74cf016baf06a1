struct APIInquiry: WikiInquiry {
    let api: APISettings
    /// The requests of the siteinfo jobs.
    let requests: [SiteInfoRequest]
    /// How often a failed request is retried at most.
    let retries: Int
    var tablePrefix = ""
    var timer: any Clock<Duration> = ContinuousClock()

    func ask() async throws(DumpError) -> WikiFacts {
        let server = PoliteRequest(api: api, retries: retries, timer: timer)
        var siteInfo: SiteInfo?
        var answers: [SiteInfoRequest: [UInt8]] = [:]
        for request in requests.withHeader {
            // With maxlag, a server whose database replicas lag behind says so. MediaWiki asks programs to send it.
            let bytes = try await server.body(request.query + "&maxlag=5")
            let answer = try answer(bytes, to: request)
            answers[request] = bytes
            if siteInfo == nil, request.tellsHeader {
                siteInfo = try checked { () throws(DumpError) in
                    try answer.siteInfo(tablePrefix: tablePrefix)
                }
            }
        }
        guard let siteInfo else { throw DumpError(.source, "\(api.address) was not asked for its siteinfo") }
        var facts = WikiFacts(siteInfo: siteInfo, origin: .api(api.address))
        facts.answers = answers
        facts.everybodyMayRead = true
        return facts
    }

    private func answer(_ bytes: [UInt8], to request: SiteInfoRequest) throws(DumpError)
        -> SiteInfoAnswer
    {
        try checked { () throws(DumpError) in
            let answer = try SiteInfoAnswer(bytes, of: "the answer of \(api.address)")
            try answer.check(has: request.properties)
            return answer
        }
    }

    private func checked<Value>(_ body: () throws(DumpError) -> Value) throws(DumpError) -> Value {
        do throws(DumpError) { return try body() } catch {
            guard error.isReadDenial else {
                throw DumpError(
                    .source, error.message,
                    remedy: "see what the address answers, and correct apiaddress in the section [wiki]")
            }
            throw DumpError(
                .source,
                "\(api.address) answers only logged-in users, because the wiki is not readable by everybody (readapidenied)",
                remedy:
                    "set dir in the section [wiki] to the folder of its MediaWiki, so that its PHP is asked; or save its "
                    + "siteinfo as a user who may read it, and set siteinfo in [source] to that file",
                cause: error.cause)
        }
    }
}

extension DumpError {
    /// Whether a wiki refused to answer because only logged-in users may read it.
    var isReadDenial: Bool { cause is ReadDenied }
}
