public import Logging
public import SystemPackage

extension Monitor {
    /// Makes a monitor for the farm of a configuration, with its templates and its lock files.
    /// - Throws: ``DumpError`` with code `configuration` when a template is damaged.
    public init(
        configuration: Configuration, clock: any WallClock = SystemWallClock(), maintenanceFile: FilePath? = nil,
        logger: Logger
    ) throws(DumpError) {
        let farm = configuration.farm
        self.init(
            farm: farm, wikis: WikiFarm(configuration, contentSource: ContentSources.open).wikis,
            renderer: try TemplateRenderer(templateDirectory: farm.templateDirectory),
            locks: FileLockFinder(staleAge: farm.staleAge, clock: clock), clock: clock,
            maintenanceFile: maintenanceFile, logger: logger)
    }
}
