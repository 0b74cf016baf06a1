import Logging

/// Logs what blocks the reading of a source, as long as the watch exists.
final class ObstacleWatch: Sendable {
    private let task: Task<Void, Never>

    /// - Parameter interval: How often to ask. Obstacles that are over by then are not worth a message.
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
