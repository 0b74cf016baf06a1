public import Logging
public import SystemPackage

extension Monitor {
    /// Makes a monitor for the farm of a configuration.
    /// - Parameters:
    ///   - configuration: what the configuration files say.
    ///   - renderer: makes the pages; nil for those of the templates.
    ///   - locks: makes the lock of a wiki; nil for a file in the wiki's private folder.
    ///   - clock: tells what time it is.
    ///   - maintenanceFile: a text that is shown while no dump is running; nil for `maintenance.txt` in the private tree.
    ///   - logger: where to tell what was found.
    /// - Throws: ``DumpError`` with code `configuration` when a template is damaged.
    public init(
        configuration: Configuration, renderer: (any IndexRenderer)? = nil, locks: LockFactory? = nil,
        clock: any WallClock = SystemWallClock(), maintenanceFile: FilePath? = nil, logger: Logger
    ) throws(DumpError) {
        let farm = configuration.farm
        let pages: any IndexRenderer =
            if let renderer { renderer } else { try TemplateRenderer(templateDirectory: farm.templateDirectory) }
        self.init(
            farm: farm, wikis: WikiFarm(configuration, contentSource: ContentSources.open).wikis,
            renderer: pages, locks: locks ?? FileLock.factory(staleAge: farm.staleAge, clock: clock), clock: clock,
            maintenanceFile: maintenanceFile, logger: logger)
    }
}
