import ArgumentParser
import Foundation
import Logging
import ShotlistCore
import ShotlistEngines
import ShotlistLedger
import ShotlistMedia
import ShotlistPipeline

/// `shotlist run`: the main job.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Cut, caption and preview the videos below a folder.",
        discussion: """
            Flags have the spelling and the defaults of NeMo Curator's example script. The same command goes on where \
            an earlier one stopped: nothing is done twice.
            """)

    @OptionGroup(title: "Input and output") var input: InputOptions
    @OptionGroup(title: "What is done already") var resume: ResumeOptions
    @OptionGroup(title: "Clips") var splitting: SplittingOptions
    @OptionGroup(title: "Captions") var captioning: CaptioningOptions
    @OptionGroup(title: "Servers") var endpoints: EndpointOptions
    @OptionGroup(title: "Passes and prompts") var passes: CaptionPassOptions
    @OptionGroup(title: "Enhanced captions") var enhancement: EnhancementOptions
    @OptionGroup(title: "Windows") var windows: WindowOptions
    @Flag(help: "Draw an animated WebP of every window.")
    var generatePreviews = false
    @OptionGroup(title: "Previews") var previews: PreviewOptions
    @OptionGroup(title: "Limits") var limits: LimitOptions
    @OptionGroup(title: "Processes that read videos") var isolation: IsolationOptions
    @OptionGroup(title: "Disk") var disk: DiskOptions
    @OptionGroup(title: "Machine") var machine: MachineOptions
    @OptionGroup(title: "When the engine is lost") var restarting: RestartOptions
    @OptionGroup(title: "Log and metrics") var watching: WatchingOptions

    func run() async throws {
        LargeBuffers.returnToSystem()
        let verbose = machine.verbose
        let terminal = Terminal(format: watching.logFormat)
        terminal.takeAllLogs()
        try await Ending.of(terminal) {
            let policy = try resume.policy(
                captions: captioning.generateCaptions, dryRun: input.dryRun, isShard: input.shard != nil)
            let limits = try limits.limits()
            let isolation = try isolation.isolation()
            let disk = try disk.policy()
            _ = try restarting.count()
            let pipeline = try self.pipeline(terminal)
            let served = try await watching.serve(terminal)
            let progress = ProgressReport(terminal: terminal, verbose: verbose)
            let trace = RunTrace(terminal)
            let lastCopy = LastCopy()
            let options = RunOptions(
                threads: try machine.threadCount(), decoder: machine.decoder, isolation: isolation,
                limits: limits, resume: policy, program: "shotlist \(shotlistVersion)",
                command: RecordedCommand(
                    arguments: Array(CommandLine.arguments.dropFirst()),
                    folder: FileManager.default.currentDirectoryPath),
                disk: disk,
                logger: terminal.logger(verbose: verbose), metrics: served?.registry,
                onEvent: { event in
                    trace?.take(event)
                    progress.take(event)
                    lastCopy.take(event)
                })
            progress.start()
            // Ten seconds are what may pass until the process is gone.
            let summary = try await Interrupt.cancelling(terminal: terminal, patience: 9) {
                try await pipeline.run(options: options)
            }
            progress.end()
            if let warning = SummaryText.outdated(summary) { terminal.say(warning, level: .warning) }
            print(SummaryText.of(summary, outputPath: input.dryRun ? nil : input.outputPath))
            // Whoever reads it waits no longer than for the run.
            fflush(nil)
            terminal.log(RunLog.entry(for: summary))
            await served?.end(summary, terminal)
            // A shard that says it is done is one that can be merged.
            if input.shard != nil, let error = lastCopy.error { throw error }
            return Ending.code(of: summary)
        }
    }

    /// How often the run begins again when its process is lost; nil where nothing in it can be lost with a card, or where the
    /// number is none, which the command then says. Nil with `--force`, too, which would do everything anew once more.
    var restarts: Int? {
        let asksHere = captioning.generateCaptions && endpoints.engine == .embedded && !input.dryRun
        return asksHere && !resume.force ? try? restarting.count() : nil
    }

    /// What is run.
    ///
    /// - Parameters:
    ///   - arriving: makes of the stage that reads videos one that is given them while the run goes on; nil to read what is below
    ///     the folder.
    ///   - share: what is made of the output; nil for what the flags say.
    func pipeline(
        _ terminal: Terminal, arriving: ArrivingVideos? = nil, share: OutputShare? = nil
    ) throws(ShotlistError) -> Pipeline {
        let passes = try passes.passes(generateCaptions: captioning.generateCaptions)
        try enhancement.check(captions: captioning.generateCaptions)
        try endpoints.check()
        try endpoints.check(captioning)
        let threads = try machine.threadCount()
        var pipeline = Pipeline(name: "captions_preview")
        if let arriving {
            pipeline.addStage(arriving)
        } else {
            try input.addReader(to: &pipeline, verbose: machine.verbose, terminal: terminal)
        }
        try pipeline.addStage(anySplitter: splitting.splitter())
        pipeline.addStage(try splitting.transcoder())
        let variant = try windows.variant()
        if captioning.generateCaptions || generatePreviews {
            pipeline.addStage(
                CaptionPreparationStage(
                    variant: variant, prompt: try captioning.prompt(), sampling: try windows.sampling(),
                    windowPlan: try windows.windowPlan(),
                    modelDoesPreprocess: captioning.captioningModelDoesPreprocess,
                    preprocessDType: try captioning.dtype(), generatePreviews: generatePreviews,
                    verbose: machine.verbose))
        }
        if generatePreviews {
            pipeline.addStage(try previews.stage(threads: threads, verbose: machine.verbose))
        }
        let memory = MemoryShare()
        if captioning.generateCaptions {
            let isEmbedded = endpoints.engine == .embedded
            pipeline.addStage(
                try CaptionGenerationStage(
                    modelDir: captioning.modelDir, variant: variant,
                    captionBatchSize: isEmbedded ? captioning.captioningBatchSize : endpoints.windowsInFlight,
                    fp8: captioning.captioningUseFP8Weights,
                    maxOutputTokens: captioning.captioningMaxOutputTokens,
                    modelDoesPreprocess: captioning.captioningModelDoesPreprocess,
                    disableMMCache: !self.passes.captioningUseMMCache, passes: passes, verbose: machine.verbose,
                    engine: engine(terminal, memory)))
        }
        if enhancement.enhanceCaptions, endpoints.enhancesOnServers {
            let model = try enhancement.model(in: windows.registry())
            pipeline.addStage(
                try enhancement.stage(
                    on: EngineChoice.textFleet(model, endpoints.enhancementFleet(), terminal: terminal),
                    inFlight: endpoints.captionsInFlight(atLeast: enhancement.enhanceCaptionsBatchSize), model: model,
                    modelDir: captioning.modelDir, seed: passes.seed, verbose: machine.verbose))
        } else if enhancement.enhanceCaptions {
            let model = EnhancementModel(
                try enhancement.model(in: windows.registry()), path: enhancement.enhanceCaptionsModelPath,
                weights: try enhancement.weights(), captioning, threads: machine.threads, share: memory,
                terminal: terminal)
            pipeline.addStage(
                try enhancement.stage(
                    model, modelDir: captioning.modelDir, seed: passes.seed, verbose: machine.verbose,
                    isEndless: arriving != nil))
        }
        pipeline.addStage(try input.writer(terminal, share: share))
        try pipeline.validate()
        return pipeline
    }

    /// How a worker runs it.
    func workerOptions(
        _ terminal: Terminal, onEvent: @escaping @Sendable (RunEvent) -> Void
    ) throws(ShotlistError) -> RunOptions {
        let policy = try resume.policy(captions: captioning.generateCaptions, dryRun: false, isShard: true)
        return RunOptions(
            threads: try machine.threadCount(), decoder: machine.decoder, isolation: try isolation.isolation(),
            limits: try limits.limits(), resume: policy, program: "shotlist \(shotlistVersion)",
            disk: try disk.policy(),
            logger: terminal.logger(verbose: machine.verbose), onEvent: onEvent)
    }

    /// What runs the model that captions.
    private func engine(_ terminal: Terminal, _ share: MemoryShare) throws(ShotlistError) -> EngineFactory {
        let spec = try windows.spec()
        switch endpoints.engine {
        case .embedded:
            return try EngineChoice.embedded(
                spec, captioning, threads: machine.threads, terminal: terminal, share: share)
        case .openai:
            return EngineChoice.fleet(spec, try endpoints.fleet(), terminal: terminal)
        case .vllm:
            return try EngineChoice.ownServer(spec, endpoints, terminal: terminal)
        }
    }
}

extension Pipeline {
    /// Adds a splitting stage of a kind chosen at run time.
    mutating func addStage(anySplitter stage: any SplittingStage) {
        func add(_ stage: some SplittingStage) { addStage(stage) }
        add(stage)
    }
}
