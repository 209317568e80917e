/**
 * What Kubernetes accepts as a Quantity written as text: the expression that controller-tools puts into every CRD.
 * An API server's own OpenAPI document only says that it is a string.
 */
export const quantityPattern =
  "^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$";
