private import CLibrary

/// Makes a request again if it failed only for now. The pauses double, unless the server says how long to wait.
struct WebRetry {
    let settings: WebSettings

    /// - Parameters:
    ///   - progress: What has come so far. As long as something comes, nothing is given up.
    /// - Throws: ``WebFailure`` of the last attempt, or with kind `cancelled`.
    func run<State: ~Copyable, Value>(
        _ state: inout State, progress: (borrowing State) -> Int64,
        _ body: (inout State) throws(WebFailure) -> Value
    ) throws(WebFailure) -> Value {
        var retries = 0
        while true {
            let before = progress(state)
            do throws(WebFailure) { return try body(&state) } catch {
                guard case .passing(let demanded) = error.kind else { throw error }
                if progress(state) > before { retries = 0 }
                let pause = demanded ?? 1 << min(retries, 6)
                guard retries < settings.retries, pause <= settings.longestPause else { throw error }
                try wait(pause)
                retries += 1
            }
        }
    }

    /// Waits for some seconds, unless the task is cancelled.
    private func wait(_ seconds: Int) throws(WebFailure) {
        for _ in 0..<(seconds * 5) {
            if Task.isCancelled { throw WebFailure(.cancelled, "the reading was stopped") }
            usleep(200_000)
        }
    }
}
