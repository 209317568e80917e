/** Events with a type for each name. */
export interface Emitter<Events> {
  on<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): () => void;
  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void;
}

export function createEmitter<Events>(): Emitter<Events> {
  const listeners: { [Name in keyof Events]?: ReadonlySet<(event: Events[Name]) => void> } = {};
  return {
    on(name, listener) {
      listeners[name] = new Set(listeners[name]).add(listener);
      return () => {
        listeners[name] = new Set([...(listeners[name] ?? [])].filter((one) => one !== listener));
      };
    },
    emit(name, event) {
      for (const listener of listeners[name] ?? []) {
        try {
          listener(event);
        } catch (error) {
          // A listener's bug is reported as one, but the next message must not be lost by it.
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    },
  };
}
