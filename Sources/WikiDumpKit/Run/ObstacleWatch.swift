import Logging

/// Tells, while it lives, what holds up those who read a source.
final class ObstacleWatch: Sendable {
    private let task: Task<Void, Never>

    /// - Parameter interval: How often to ask. What is over before that needs no word.
    init(_ source: any ContentSource, every interval: Duration = .seconds(30), logger: Logger) {
        task = Task {
            var told: String?
            while (try? await Task.sleep(for: interval)) != nil {
                let obstacle = await source.obstacle()
                if let obstacle, obstacle != told { logger.warning("waiting for the database: \(obstacle)") }
                if obstacle == nil, told != nil { logger.notice("the database goes on") }
                told = obstacle
            }
        }
    }

    deinit { task.cancel() }
}
